/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks five times a second whether a mail is due, and sends one after the other until none is.
 */
#include "node/mail_worker.h"

#include "base/macros.h"
#include "base/metric.h"
#include "core/people/mail.h"

enum { PERIOD_MS = 200, WORKER_ARENA = 1 << 20 };

/* A read, which disturbs nobody where no mail waits. */
static bool is_due(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);
        struct mail_waiting waiting = {0};

        return store_mail_waiting(&op, &waiting) == ERR_OK && waiting.is_due;
}

/* Return: whether one was due and tried, so there may be more. Faults have been logged where they
 * arose. */
static bool one_try(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);
        enum err outcome;

        if (mail_send_next(&op, &outcome) != ERR_OK)
                return false;
        metric_count(METRIC_mails_total, outcome);
        return true;
}

static void worker_round(struct periodic *periodic, void *context)
{
        const struct ports *ports = context;

        bool has_more = is_due(ports);

        while (has_more)
                has_more = one_try(ports) && periodic_wait(periodic, 0);
}

struct periodic *mail_worker_start(struct ports *ports)
{
        return periodic_start(PERIOD_MS, worker_round, ports);
}
