/* SPDX-License-Identifier: Apache-2.0
 *
 * One delivery, and what follows from how it went.
 */
#include "oauth/delivery.h"

#include "base/macros.h"
#include "oauth/audit.h"
#include "oauth/child_key.h"
#include "oauth/grant_tail.h"
#include "oauth/project.h"
#include "oauth/seal.h"

enum {
        BATCH = 4,
        LEASE = 45,          /* seconds; one delivery takes 40 at most. Where several satellites are
                              * silent another node may begin before this one ends, which does no
                              * harm: what is delivered twice is asked after */
        PAUSE_FIRST = 1,     /* seconds, doubled by each attempt */
        PAUSE_LONGEST = 600, /* seconds */
        PAUSE_REFUSED = 86400,
        DOUBLINGS = 10,
};

const char *delivery_state_text(enum delivery_state state)
{
        switch (state) {
        case DELIVERY_PENDING:
                return "pending";
        case DELIVERY_DONE:
                return "delivered";
        case DELIVERY_FAILED:
                return "failed";
        case DELIVERY_ENDED:
                return "ended";
        }
        return "pending";
}

/* --- one --- */

/* Is this key dead? Asked with a child that the satellite has not seen, as it remembers for
 * minutes what it found out about a key. Return: ERR_OK: dead; `alive`: it is alive; others. */
static enum err key_is_dead(const struct ports *ports, struct arena *arena, struct slice address,
                            struct secret api_key, enum err alive)
{
        const struct satellite_port *satellite = &ports->satellite;
        struct satellite_project unused;
        struct secret fresh;
        enum err error;

        TRY(child_key_fresh(&ports->entropy, arena, api_key, &fresh));
        error = satellite->project_info(satellite->context, arena, address, fresh, &unused);
        if (error == ERR_OK)
                return alive;
        return error == ERR_SATELLITE_KEY_REFUSED ? ERR_OK : error;
}

/* A second revocation of the same key and a satellite in trouble give the same answer, and an
 * answer that was lost says nothing: both are asked after. */
enum err delivery_make(const struct ports *ports, struct arena *arena, struct slice address,
                       struct secret parent, struct secret target)
{
        const struct satellite_port *satellite = &ports->satellite;
        enum err error = satellite->revoke(satellite->context, address, parent, target);

        if (error != ERR_SATELLITE_FAILED && error != ERR_SATELLITE_LOST)
                return error;
        return key_is_dead(ports, arena, address, target, error);
}

/* The grant's key from the project's, by the caveat that was kept. */
static enum err target_make(const struct ports *ports, struct arena *arena,
                            const struct delivery_task *task, struct secret parent,
                            struct secret *ret)
{
        struct secret caveat, recorded;
        struct slice tail;

        TRY(seal_open(ports->seal, SEAL_CAVEAT, &task->grant_id, task->sealed_caveat, arena,
                      &caveat));
        TRY(child_key_make(arena, parent, secret_reveal(caveat), ret));
        TRY(child_key_tail(arena, *ret, &tail));
        TRY(grant_tail_open(ports->seal, arena, &task->grant_id, task->sealed_tail, &recorded));
        return crypto_equal(tail, secret_reveal(recorded)) ? ERR_OK : ERR_INTERNAL;
}

static enum err task_try(const struct ports *ports, struct arena *arena,
                         const struct delivery_task *task)
{
        struct secret parent, target;

        if (slice_is_empty(task->project.sealed_api_key))
                return ERR_NOT_FOUND;
        TRY(project_open_api_key(ports, arena, &task->project, &parent));
        TRY(target_make(ports, arena, task, parent, &target));
        return delivery_make(ports, arena, task->project.satellite_address, parent, target);
}

/* --- what follows --- */

static bool is_ended(const struct delivery_task *task, struct instant now)
{
        return task->ends_at.ms && task->ends_at.ms <= now.ms;
}

/* What no repetition will change soon. */
static bool is_final(enum err error)
{
        return error == ERR_SATELLITE_KEY_REFUSED || error == ERR_SATELLITE_KEY_INVALID ||
               error == ERR_SATELLITE_ADDRESS || error == ERR_NOT_AUTHENTIC ||
               error == ERR_NOT_FOUND || error == ERR_API_KEY_FULL || error == ERR_INTERNAL;
}

static int64_t pause_after(int64_t n_attempts, enum err error)
{
        int64_t pause;

        if (is_final(error))
                return PAUSE_REFUSED;
        if (n_attempts > DOUBLINGS)
                return PAUSE_LONGEST;
        pause = (int64_t)PAUSE_FIRST << (n_attempts > 1 ? n_attempts - 1 : 0);
        return pause < PAUSE_LONGEST ? pause : PAUSE_LONGEST;
}

static struct delivery_result result_of(const struct delivery_task *task, enum err error,
                                        struct instant now)
{
        struct delivery_result result = {.grant_id = task->grant_id, .state = DELIVERY_DONE};

        if (error == ERR_OK)
                return result;
        result.outcome = error;
        if (is_ended(task, now)) {
                result.state = DELIVERY_ENDED;
                return result;
        }
        result.state = is_final(error) ? DELIVERY_FAILED : DELIVERY_PENDING;
        result.next_at = instant_add_seconds(now, pause_after(task->n_attempts, error));
        return result;
}

static enum err task_settle(const struct ports *ports, struct arena *arena,
                            const struct delivery_task *task, enum err error)
{
        const struct caller nobody = {0};
        struct instant now = ports->clock.now(ports->clock.context);
        struct delivery_result result = result_of(task, error, now);
        struct audit_entry audit =
                audit_entry_of(&nobody, "revocation_deliver", now, &task->account_id,
                               &task->client_id, &task->grant_id);

        /* That it is tried again and again is no news. */
        return ports->store->verbs->delivery_settle(ports->store, arena, &result, now,
                                                    result.state == DELIVERY_PENDING ? NULL
                                                                                     : &audit);
}

/* A round of deliveries. */
struct round {
        const struct ports *ports;
        struct arena *arena;
        void (*count)(enum err outcome);
        struct slice away; /* the address of a satellite that did not answer in this round */
};

/* One satellite that is silent does not keep the others from being told. */
static enum err task_run(struct round *round, const struct delivery_task *task)
{
        const struct ports *ports = round->ports;
        struct slice address = task->project.satellite_address;
        enum err error = ERR_SATELLITE_UNAVAILABLE;

        if (!is_ended(task, ports->clock.now(ports->clock.context)) &&
            !slice_equal(round->away, address)) {
                error = task_try(ports, round->arena, task);
                if (round->count)
                        round->count(error);
        }
        if (error == ERR_SATELLITE_UNAVAILABLE || error == ERR_SATELLITE_LOST)
                round->away = address;
        return task_settle(ports, round->arena, task, error);
}

static enum err spread(const struct ports *ports, struct arena *arena)
{
        bool has_more = true;

        for (int i = 0; has_more && i < BATCH; i++)
                TRY(ports->store->verbs->delivery_spread(
                        ports->store, arena, ports->clock.now(ports->clock.context), &has_more));
        return ERR_OK;
}

enum err delivery_run_due(const struct ports *ports, struct arena *arena,
                          void (*count)(enum err outcome), size_t *ret_n)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct round round = {.ports = ports, .arena = arena, .count = count};
        struct delivery_task *tasks;
        size_t n = 0;

        TRY(spread(ports, arena));
        TRY(ports->store->verbs->delivery_take(ports->store, arena, now,
                                               instant_add_seconds(now, LEASE), BATCH, &tasks, &n));
        for (size_t i = 0; i < n; i++)
                TRY(task_run(&round, &tasks[i]));
        *ret_n = n;
        return ERR_OK;
}
