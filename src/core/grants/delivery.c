/* SPDX-License-Identifier: Apache-2.0
 *
 * One delivery, and what its outcome leads to.
 */
#include "core/grants/delivery.h"

#include "base/macros.h"
#include "core/grants/restricted_key.h"
#include "core/grants/tail.h"
#include "core/projects/project.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/seal.h"

enum {
        BATCH = 4,             /* deliveries of a round */
        LEASE = 45,            /* seconds; one delivery takes 40 at most */
        PAUSE_REFUSED = 86400, /* seconds */
        PAGE = 256,            /* due deliveries read at a time */
        PAGES = 16,            /* of a round */
        PAGE_ARENA = 1 << 20,
        SPREADS = 100, /* batches of dead grants that a round enters */
        SPREAD_ARENA = 1 << 20,
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

/* Whether this key is dead. Asks with a derived key that the satellite has not seen, since it
 * caches its findings about a key for minutes. Return: ERR_OK: dead; `alive`: it is alive; others.
 */
static enum err key_is_dead(struct op *op, struct slice address, struct secret api_key,
                            enum err alive)
{
        const struct satellite_port *satellite = &op->ports->satellite;
        struct satellite_project unused;
        struct secret fresh;
        enum err error;

        TRY(restricted_key_fresh(&op->ports->entropy, op->arena, api_key, &fresh));
        error = satellite->project_info(satellite->context, op->arena, address, fresh, &unused);
        if (error == ERR_OK)
                return alive;
        return error == ERR_SATELLITE_KEY_REFUSED ? ERR_OK : error;
}

/* A second revocation of the same key looks like a failing satellite, and a lost response says
 * nothing: in both cases we check the key. */
enum err delivery_make(struct op *op, struct slice address, struct secret parent,
                       struct secret target)
{
        const struct satellite_port *satellite = &op->ports->satellite;
        enum err error = satellite->revoke(satellite->context, address, parent, target);

        if (error != ERR_SATELLITE_FAILED && error != ERR_SATELLITE_OUTCOME_UNKNOWN)
                return error;
        return key_is_dead(op, address, target, error);
}

/* Derives the grant's key from the project's with the stored caveat. */
static enum err target_make(struct op *op, const struct delivery_task *task, struct secret parent,
                            struct secret *ret)
{
        struct secret caveat, recorded;
        struct slice tail;

        TRY(seal_open(op, SEAL_CAVEAT, &task->grant_id, task->sealed_caveat, &caveat));
        TRY(restricted_key_make(op->arena, parent, secret_reveal(caveat), ret));
        TRY(restricted_key_tail(op->arena, *ret, &tail));
        TRY(grant_tail_open(op, &task->grant_id, task->sealed_tail, &recorded));
        return crypto_equal(tail, secret_reveal(recorded)) ? ERR_OK : ERR_INTERNAL;
}

static enum err task_try(struct op *op, const struct delivery_task *task)
{
        struct secret parent, target;

        if (slice_is_empty(task->project.sealed_api_key))
                return ERR_NOT_FOUND;
        TRY(project_open_api_key(op, &task->project, &parent));
        TRY(target_make(op, task, parent, &target));
        return delivery_make(op, task->project.satellite_address, parent, target);
}

/* --- after an attempt --- */

static bool is_ended(struct instant ends_at, struct instant now)
{
        return ends_at.ms && ends_at.ms <= now.ms;
}

/* Outcomes that repeating will not change soon. */
static bool is_final(enum err error)
{
        return error == ERR_SATELLITE_KEY_REFUSED || error == ERR_SATELLITE_KEY_INVALID ||
               error == ERR_SATELLITE_ADDRESS || error == ERR_NOT_AUTHENTIC ||
               error == ERR_NOT_FOUND || error == ERR_API_KEY_FULL || error == ERR_INTERNAL;
}

static struct delivery_result result_of(const struct delivery_task *task, enum err error,
                                        struct instant now)
{
        struct delivery_result result = {.grant_id = task->grant_id, .state = DELIVERY_DONE};

        if (error == ERR_OK)
                return result;
        result.outcome = error;
        if (is_ended(task->ends_at, now)) {
                result.state = DELIVERY_ENDED;
                return result;
        }
        result.state = is_final(error) ? DELIVERY_FAILED : DELIVERY_PENDING;
        result.next_at = instant_add_seconds(now, is_final(error) ? PAUSE_REFUSED
                                                                  : desk_pause(task->n_attempts));
        return result;
}

static enum err task_settle(struct op *op, const struct delivery_task *task, enum err error)
{
        struct delivery_result result = result_of(task, error, op->now);
        struct audit_entry audit = audit_entry_of(op, "revocation_deliver", &task->account_id,
                                                  &task->client_id, &task->grant_id);

        /* Repeated failures are not written to the audit trail. */
        return store_delivery_settle(op, &result, result.state == DELIVERY_PENDING ? NULL : &audit);
}

/* --- a round --- */

struct round {
        struct op *op;
        struct delivery_desk *desk;
        void (*count)(enum err outcome);
        size_t n; /* made */
};

/* Leases the delivery, unless another node was faster. Return: ERR_OK; ERR_NO_ROW; faults. */
static enum err due_take(const struct round *round, const struct delivery_due *due,
                         struct delivery_task *ret)
{
        struct op op = op_step(round->op, round->op->arena);
        const struct delivery_lease lease = {due->grant_id, instant_add_seconds(op.now, LEASE)};

        return store_delivery_take(&op, &lease, ret);
}

static enum err task_run(struct round *round, const struct delivery_task *task)
{
        enum err error = task_try(round->op, task);

        if (round->count)
                round->count(error);
        round->n++;
        return error;
}

static enum err settle(const struct round *round, const struct delivery_task *task, enum err error)
{
        struct op op = op_step(round->op, round->op->arena);

        return task_settle(&op, task, error);
}

/* Runs a delivery that the desk has admitted. */
static enum err due_run(struct round *round, const struct delivery_due *due,
                        const struct desk_call *call)
{
        struct delivery_task task;
        enum err error = due_take(round, due, &task);
        enum err outcome = error == ERR_OK ? task_run(round, &task) : ERR_OK;

        desk_end(round->desk, call, outcome, op_time(round->op));
        if (error != ERR_OK)
                return error == ERR_NO_ROW ? ERR_OK : error;
        return settle(round, &task, outcome);
}

/* The grant has expired; the satellite need not be notified. */
static enum err due_end(struct round *round, const struct delivery_due *due)
{
        struct delivery_task task;
        enum err error = due_take(round, due, &task);

        if (error != ERR_OK)
                return error == ERR_NO_ROW ? ERR_OK : error;
        round->n++;
        return settle(round, &task, ERR_SATELLITE_UNAVAILABLE);
}

/* Deliveries that are postponed because their satellite is unavailable. */
struct put_off {
        struct delivery_delay delays[PAGE];
        size_t n;
};

static enum err due_look(struct round *round, const struct delivery_due *due, struct put_off *off)
{
        struct desk_call call = {due->satellite_address, &due->account_id};
        struct instant now = op_time(round->op), until;

        if (is_ended(due->ends_at, now))
                return due_end(round, due);
        switch (desk_begin(round->desk, &call, now, &until)) {
        case DESK_GO:
                return due_run(round, due, &call);
        case DESK_LATER:
                off->delays[off->n++] = (struct delivery_delay){due->grant_id, until};
                return ERR_OK;
        case DESK_BUSY:
                return ERR_OK;
        }
        return ERR_INTERNAL;
}

/* Return: ERR_OK, and whether there may be more after the cursor, which is advanced; faults. */
static enum err page_run(struct round *round, struct delivery_cursor *cursor, bool *ret_more)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(PAGE_ARENA);
        struct op op = op_step(round->op, &arena);
        struct put_off off = {.n = 0};
        struct delivery_delay_list delays = {.items = off.delays};
        struct delivery_due_list due;
        size_t i = 0;

        TRY(store_delivery_list_due(&op, &(struct delivery_page){*cursor, PAGE}, &due));
        for (; i < due.n && round->n < BATCH; i++) {
                *cursor = (struct delivery_cursor){due.items[i].next_at, due.items[i].grant_id};
                TRY(due_look(round, &due.items[i], &off));
        }
        *ret_more = i < due.n || due.n == PAGE;
        delays.n = off.n;
        return delays.n ? store_delivery_put_off(&op, &delays) : ERR_OK;
}

/* Enters deliveries for grants that died with something else; one worker at a time. */
static enum err spread(struct round *round)
{
        bool has_more = desk_enter_begin(round->desk);
        bool is_ours = has_more;
        enum err error = ERR_OK;

        for (int i = 0; has_more && error == ERR_OK && i < SPREADS; i++) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(SPREAD_ARENA);
                struct op op = op_step(round->op, &arena);

                error = store_delivery_spread(&op, &has_more);
        }
        if (is_ours)
                desk_enter_end(round->desk);
        return error;
}

/* Continues where the last round ended, so that many waiting deliveries do not hide the others. */
enum err delivery_run_due(struct op *op, struct delivery_desk *desk,
                          void (*count)(enum err outcome), size_t *ret_n)
{
        struct round round = {op, desk, count, 0};
        struct delivery_cursor cursor;
        bool has_more = true;

        TRY(spread(&round));
        cursor = desk_cursor(desk);
        for (int i = 0; has_more && round.n < BATCH && i < PAGES; i++)
                TRY(page_run(&round, &cursor, &has_more));
        if (!has_more)
                cursor = (struct delivery_cursor){0};
        desk_cursor_set(desk, &cursor);
        *ret_n = round.n;
        return ERR_OK;
}
