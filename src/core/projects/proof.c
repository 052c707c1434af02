/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking a satellite about a key, at once and later.
 */
#include "core/projects/proof.h"

#include "base/macros.h"
#include "core/grants/restricted_key.h"
#include "core/projects/keys.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

enum {
        CAVEATS_TO_COME = 3,
        DUE_BATCH = 4,
        AGAIN_SOON = 60,    /* seconds, if the satellite was unavailable */
        AGAIN_LATE = 86400, /* seconds, if it refused */
        LEASE = 120,        /* seconds in which a node finishes a batch it has taken */
};

/* Tries a throw-away child of the key, which finds a bad key, a wrong satellite and an auditable
 * key in one call.
 * Return: as the satellite port; ERR_API_KEY_AUDITABLE: the key works and its children do not. */
static enum err project_ask_satellite(struct op *op, struct slice address, struct secret api_key,
                                      struct satellite_project *ret)
{
        const struct satellite_port *satellite = &op->ports->satellite;
        struct satellite_project project;
        struct secret child;
        enum err error;

        TRY(restricted_key_fresh(&op->ports->entropy, op->arena, api_key, &child));
        error = satellite->project_info(satellite->context, op->arena, address, child, ret);
        if (error != ERR_SATELLITE_KEY_REFUSED)
                return error;
        error = satellite->project_info(satellite->context, op->arena, address, api_key, &project);
        return error == ERR_OK ? ERR_API_KEY_AUDITABLE : error;
}

/* Whether it may succeed later, so that a project with a salt is not refused for it. */
static bool is_away(enum err error)
{
        return error == ERR_SATELLITE_UNAVAILABLE || error == ERR_SATELLITE_OUTCOME_UNKNOWN ||
               error == ERR_SATELLITE_BUSY || error == ERR_SATELLITE_FAILED ||
               error == ERR_SATELLITE_FORBIDDEN || error == ERR_BUSY;
}

static struct instant later(struct instant now, enum err error)
{
        return instant_add_seconds(now, is_away(error) ? AGAIN_SOON : AGAIN_LATE);
}

/* A grant adds a caveat, a key derived from it another, and a check of that key a third.
 */
static enum err room_check(struct op *op, struct secret api_key)
{
        struct secret child = api_key;

        for (int i = 0; i < CAVEATS_TO_COME; i++)
                TRY(restricted_key_fresh(&op->ports->entropy, op->arena, child, &child));
        return ERR_OK;
}

/* Calls the satellite within this account's rate limit. */
static enum err ask_for_account(struct op *op, struct secret api_key, const struct project *project,
                                struct satellite_project *ret)
{
        enum err error;

        TRY(limit_satellite_begin(op));
        error = project_ask_satellite(op, project->satellite_address, api_key, ret);
        limit_satellite_end(op, error);
        return error;
}

enum err project_prove_new(struct op *op, const struct new_proof *proof, struct project *project)
{
        struct satellite_project told = {0};
        enum err error;

        TRY(room_check(op, proof->api_key));
        error = ask_for_account(op, proof->api_key, project, &told);
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

/* With a salt that differs from the project's, derived keys would open nothing. */
static enum err prove_again(struct op *op, const struct project *project,
                            struct satellite_project *ret)
{
        struct secret api_key;

        TRY(project_open_api_key(op, project, &api_key));
        TRY(project_ask_satellite(op, project->satellite_address, api_key, ret));
        return slice_equal(project->salt, ret->salt) ? ERR_OK : ERR_SALT_DIFFERS;
}

static enum err prove_one(struct op *op, const struct project *project, enum err *ret_outcome)
{
        struct satellite_project told = {0};
        enum err error = prove_again(op, project, &told);
        struct op after = op_step(op, op->arena);
        struct audit_entry audit =
                audit_entry_of(&after, "project_prove", &project->account_id, NULL, &project->id);
        struct proof proof = {
                .project_id = project->id, .public_id = told.public_id, .outcome = error};

        *ret_outcome = error;
        if (error != ERR_OK)
                proof.prove_at = later(after.now, error);
        /* Repeated unavailability is not written to the audit trail. */
        return store_project_prove(&after, &proof, is_away(error) ? NULL : &audit);
}

/* If the desk does not admit a call now, the project is skipped until it is due again. */
static enum err prove_unless_busy(struct op *op, struct delivery_desk *desk,
                                  const struct project *project, size_t *n)
{
        struct desk_call call = {project->satellite_address, &project->account_id};
        struct instant until;
        enum err outcome, error;

        if (desk_begin(desk, &call, op_time(op), &until) != DESK_GO)
                return ERR_OK;
        error = prove_one(op, project, &outcome);
        desk_end(desk, &call, outcome, op_time(op));
        ++*n;
        return error;
}

enum err project_prove_due(struct op *op, struct delivery_desk *desk, size_t *ret_n)
{
        struct proof_round round = {DUE_BATCH, instant_add_seconds(op->now, LEASE)};
        struct project_list projects;
        size_t n = 0;

        TRY(store_project_unproven(op, &round, &projects));
        for (size_t i = 0; i < projects.n; i++)
                TRY(prove_unless_busy(op, desk, &projects.items[i], &n));
        *ret_n = n;
        return ERR_OK;
}
