/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of a satellite about a key, now and later.
 */
#include "oauth/project_proof.h"

#include "base/macros.h"
#include "oauth/audit.h"
#include "oauth/child_key.h"
#include "oauth/limit.h"
#include "oauth/project.h"

enum {
        CAVEATS_TO_COME = 3,
        DUE_BATCH = 4,
        AGAIN_SOON = 60,    /* seconds, where the satellite was away */
        AGAIN_LATE = 86400, /* seconds, where it said no */
        LEASE = 120,        /* seconds within which whoever took a batch is through with it */
};

enum err project_ask_satellite(const struct ports *ports, struct arena *arena, struct slice address,
                               struct secret api_key, struct satellite_project *ret)
{
        const struct satellite_port *satellite = &ports->satellite;
        struct satellite_project project;
        struct secret child;
        enum err error;

        TRY(child_key_fresh(&ports->entropy, arena, api_key, &child));
        error = satellite->project_info(satellite->context, arena, address, child, ret);
        if (error != ERR_SATELLITE_KEY_REFUSED)
                return error;
        error = satellite->project_info(satellite->context, arena, address, api_key, &project);
        return error == ERR_OK ? ERR_API_KEY_AUDITABLE : error;
}

/* Whether it may be another time, so that a project with a salt is not refused for it. */
static bool is_away(enum err error)
{
        return error == ERR_SATELLITE_UNAVAILABLE || error == ERR_SATELLITE_LOST ||
               error == ERR_SATELLITE_BUSY || error == ERR_SATELLITE_FAILED ||
               error == ERR_SATELLITE_FORBIDDEN || error == ERR_BUSY;
}

static struct instant later(struct instant now, enum err error)
{
        return instant_add_seconds(now, is_away(error) ? AGAIN_SOON : AGAIN_LATE);
}

/* A grant adds a caveat, what is derived from it another, and a question whether it lives a third.
 */
static enum err room_check(const struct ports *ports, struct arena *arena, struct secret api_key)
{
        struct secret child = api_key;

        for (int i = 0; i < CAVEATS_TO_COME; i++)
                TRY(child_key_fresh(&ports->entropy, arena, child, &child));
        return ERR_OK;
}

/* Within what this account may make the server do. */
static enum err ask_for_account(const struct ports *ports, struct arena *arena,
                                const struct caller *caller, struct secret api_key,
                                const struct project *project, struct satellite_project *ret)
{
        enum err error;

        TRY(limit_satellite_begin(ports, caller, &project->account_id));
        error = project_ask_satellite(ports, arena, project->satellite_address, api_key, ret);
        limit_satellite_end(ports, &project->account_id, error);
        return error;
}

enum err project_prove_new(const struct ports *ports, struct arena *arena,
                           const struct caller *caller, const struct new_proof *proof,
                           struct project *project)
{
        struct satellite_project told = {0};
        enum err error;

        TRY(room_check(ports, arena, proof->api_key));
        error = ask_for_account(ports, arena, caller, proof->api_key, project, &told);
        if (error != ERR_OK && (slice_is_empty(proof->salt) || !is_away(error)))
                return error;
        if (error != ERR_OK) {
                project->salt = proof->salt;
                project->prove_at = later(project->created_at, error);
                project->problem = slice_from_string(error_info(error)->name);
                return ERR_OK;
        }
        if (!slice_is_empty(proof->salt) && !slice_equal(proof->salt, told.salt))
                return ERR_SALT_DIFFERS;
        project->salt = told.salt;
        project->public_id = told.public_id;
        return ERR_OK;
}

/* A salt that was given and is another one than the project has makes keys that open nothing. */
static enum err prove_again(const struct ports *ports, struct arena *arena,
                            const struct project *project, struct satellite_project *ret)
{
        struct secret api_key;

        TRY(project_open_api_key(ports, arena, project, &api_key));
        TRY(project_ask_satellite(ports, arena, project->satellite_address, api_key, ret));
        return slice_equal(project->salt, ret->salt) ? ERR_OK : ERR_SALT_DIFFERS;
}

static enum err prove_one(const struct ports *ports, struct arena *arena,
                          const struct project *project, enum err *ret_outcome)
{
        const struct caller nobody = {0};
        struct satellite_project told = {0};
        enum err error = prove_again(ports, arena, project, &told);
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit = audit_entry_of(&nobody, "project_prove", now,
                                                  &project->account_id, NULL, &project->id);
        struct proof proof = {
                .project_id = project->id, .public_id = told.public_id, .outcome = error};

        *ret_outcome = error;
        if (error != ERR_OK)
                proof.prove_at = later(now, error);
        /* That a satellite is away again and again is no news. */
        return ports->store->verbs->project_prove(ports->store, arena, &proof,
                                                  is_away(error) ? NULL : &audit);
}

/* Where the desk lets nobody call the satellite now, it is left for the next time it is due. */
static enum err prove_unless_busy(const struct ports *ports, struct arena *arena,
                                  struct delivery_desk *desk, const struct project *project,
                                  size_t *n)
{
        struct desk_call call = {project->satellite_address, &project->account_id};
        struct instant now = ports->clock.now(ports->clock.context), until;
        enum err outcome, error;

        if (desk_begin(desk, &call, now, &until) != DESK_GO)
                return ERR_OK;
        error = prove_one(ports, arena, project, &outcome);
        desk_end(desk, &call, outcome, ports->clock.now(ports->clock.context));
        ++*n;
        return error;
}

enum err project_prove_due(const struct ports *ports, struct arena *arena,
                           struct delivery_desk *desk, size_t *ret_n)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct project *projects;
        size_t n_due = 0, n = 0;

        TRY(ports->store->verbs->project_unproven(ports->store, arena, now,
                                                  instant_add_seconds(now, LEASE), DUE_BATCH,
                                                  &projects, &n_due));
        for (size_t i = 0; i < n_due; i++)
                TRY(prove_unless_busy(ports, arena, desk, &projects[i], &n));
        *ret_n = n;
        return ERR_OK;
}
