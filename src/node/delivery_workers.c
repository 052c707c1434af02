/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers that check every second whether something is due. They have connections of their own, so
 * that users who make the server call unresponsive satellites do not delay the delivery of
 * revocations, and a desk keeps one unresponsive satellite from delaying the others.
 */
#include "node/delivery_workers.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/metric.h"
#include "core/grants/delivery.h"
#include "core/projects/proof.h"

enum {
        PERIOD_MS = 1000,
        WORKER_ARENA = 4 << 20,
};

struct delivery_workers {
        const struct node *node;
        struct ports ports; /* with satellites of its own */
        struct satellites *satellites;
        struct delivery_desk desk;
        atomic_bool is_stopping; /* set before the workers are joined one after the other */
        struct periodic *periodic[LIMIT_DELIVERIES];
};

static void count_outcome(enum err outcome)
{
        metric_count(METRIC_deliveries_total, outcome);
}

static bool is_due(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(ports, &arena);
        struct delivery_waiting waiting = {0};

        return store_delivery_waiting(&op, &waiting) == ERR_OK && waiting.is_due;
}

/* Return: whether something was done, so there may be more. Faults of the store have been logged
 *         where they arose. */
static bool some_do(struct delivery_workers *workers)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(WORKER_ARENA);
        struct op op = op_begin(&workers->ports, &arena);
        size_t n_delivered = 0, n_proven = 0;

        return delivery_run_due(&op, &workers->desk, count_outcome, &n_delivered) == ERR_OK &&
               project_prove_due(&op, &workers->desk, &n_proven) == ERR_OK &&
               n_delivered + n_proven > 0;
}

static void worker_round(struct periodic *periodic, void *context)
{
        struct delivery_workers *workers = context;

        while (!atomic_load(&workers->is_stopping) && is_due(&workers->ports) && some_do(workers) &&
               periodic_wait(periodic, 0))
                ;
}

/* The first worker's round, which also tidies up. */
static void first_round(struct periodic *periodic, void *context)
{
        struct delivery_workers *workers = context;

        satellites_tidy(workers->satellites);
        satellites_tidy(workers->node->satellites);
        worker_round(periodic, workers);
}

static bool workers_start(struct delivery_workers *workers)
{
        for (size_t i = 0; i < LIMIT_DELIVERIES; i++) {
                workers->periodic[i] =
                        periodic_start(PERIOD_MS, i == 0 ? first_round : worker_round, workers);
                if (!workers->periodic[i])
                        return false;
        }
        return true;
}

struct delivery_workers *delivery_workers_start(struct node *node)
{
        struct delivery_workers *workers = calloc(1, sizeof(*workers));

        if (!workers)
                return NULL;
        workers->node = node;
        workers->ports = node->ports;
        pthread_mutex_init(&workers->desk.lock, NULL);
        workers->satellites = node_satellites_new(node, LIMIT_DELIVERIES);
        if (workers->satellites) {
                workers->ports.satellite = satellites_port(workers->satellites);
                if (workers_start(workers))
                        return workers;
        }
        delivery_workers_stop(workers);
        return NULL;
}

void delivery_workers_stop(struct delivery_workers *workers)
{
        if (!workers)
                return;
        atomic_store(&workers->is_stopping, true);
        satellites_stop(workers->satellites);
        for (size_t i = 0; i < LIMIT_DELIVERIES; i++)
                periodic_stop(workers->periodic[i]);
        satellites_free(workers->satellites);
        pthread_mutex_destroy(&workers->desk.lock);
        free(workers);
}
