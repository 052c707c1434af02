/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a cleanup every few seconds, in batches, until nothing expired is left, and counts what
 * happened since.
 */
#include "node/cleanup_worker.h"

#include "base/macros.h"
#include "core/upkeep/cleanup.h"
#include "core/upkeep/database.h"

enum {
        PERIOD_MS = 10000, /* between two rounds */
        BREATH_MS = 20,    /* between two batches of a round */
        WORKER_ARENA = 1 << 20,
};

/* Removes one batch. Return: whether there may be more; false also if the store is unavailable,
 * which has been logged. */
static bool batch_remove(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);
        int64_t n = 0;
        enum err error = upkeep_clean(&op, &n);

        return error == ERR_OK && n >= LIMIT_CLEANUP;
}

/* Return: likewise. */
static bool batch_count(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);
        bool has_more = false;

        return upkeep_count(&op, &has_more) == ERR_OK && has_more;
}

/* A server that has nothing to unseal notices a new key here, and seals with it from then on. */
static void key_notice(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);

        (void)!database_check_key(&op);
}

/* With a clock that is ahead of other nodes', what they still need would go: a used JWT above all.
 */
static bool clock_is_right(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);

        return database_check_clock(&op) == ERR_OK;
}

static void worker_round(struct periodic *periodic, void *context)
{
        const struct ports *ports = context;

        key_notice(ports);
        if (!clock_is_right(ports))
                return;
        while (batch_remove(ports) && periodic_wait(periodic, BREATH_MS))
                ;
        while (batch_count(ports) && periodic_wait(periodic, BREATH_MS))
                ;
}

struct periodic *cleanup_worker_start(struct ports *ports)
{
        return periodic_start(PERIOD_MS, worker_round, ports);
}
