/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers that look every second whether something is due. Their connections are their own, so that
 * whoever makes the server call silent satellites does not keep revocations from being delivered,
 * and a desk sees to it that one silent satellite does not keep them from the others.
 */
#include "cli/courier.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/metric.h"
#include "core/grants/delivery.h"
#include "core/projects/proof.h"

enum {
        PERIOD_MS = 1000,
        COURIER_ARENA = 4 << 20,
};

struct courier {
        const struct node *node;
        struct ports ports; /* with satellites of its own */
        struct satellites *satellites;
        struct delivery_desk desk;
        atomic_bool is_stopping; /* before the workers are joined, one after the other */
        struct periodic *workers[LIMIT_DELIVERIES];
};

static void count_outcome(enum err outcome)
{
        metric_count(METRIC_deliveries_total, outcome);
}

static bool is_due(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(COURIER_ARENA);
        struct op op = op_begin(ports, &arena);
        struct delivery_waiting waiting = {0};

        return store_delivery_waiting(&op, op.now, &waiting) == ERR_OK && waiting.is_due;
}

/* Return: whether something was done, so that there may be more. Faults of the store have been
 * logged where they were noticed. */
static bool some_do(struct courier *courier)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(COURIER_ARENA);
        struct op op = op_begin(&courier->ports, &arena);
        size_t n_delivered = 0, n_proven = 0;

        return delivery_run_due(&op, &courier->desk, count_outcome, &n_delivered) == ERR_OK &&
               project_prove_due(&op, &courier->desk, &n_proven) == ERR_OK &&
               n_delivered + n_proven > 0;
}

static void worker_round(struct periodic *periodic, void *context)
{
        struct courier *courier = context;

        while (!atomic_load(&courier->is_stopping) && is_due(&courier->ports) && some_do(courier) &&
               periodic_wait(periodic, 0))
                ;
}

/* The first worker's, who keeps house as well. */
static void first_round(struct periodic *periodic, void *context)
{
        struct courier *courier = context;

        satellites_tidy(courier->satellites);
        satellites_tidy(courier->node->satellites);
        worker_round(periodic, courier);
}

static bool workers_start(struct courier *courier)
{
        for (size_t i = 0; i < LIMIT_DELIVERIES; i++) {
                courier->workers[i] =
                        periodic_start(PERIOD_MS, i == 0 ? first_round : worker_round, courier);
                if (!courier->workers[i])
                        return false;
        }
        return true;
}

struct courier *courier_start(struct node *node)
{
        struct courier *courier = calloc(1, sizeof(*courier));

        if (!courier)
                return NULL;
        courier->node = node;
        courier->ports = node->ports;
        pthread_mutex_init(&courier->desk.lock, NULL);
        courier->satellites = node_satellites_new(node, LIMIT_DELIVERIES);
        if (courier->satellites) {
                courier->ports.satellite = satellites_port(courier->satellites);
                if (workers_start(courier))
                        return courier;
        }
        courier_stop(courier);
        return NULL;
}

void courier_stop(struct courier *courier)
{
        if (!courier)
                return;
        atomic_store(&courier->is_stopping, true);
        satellites_stop(courier->satellites);
        for (size_t i = 0; i < LIMIT_DELIVERIES; i++)
                periodic_stop(courier->workers[i]);
        satellites_free(courier->satellites);
        pthread_mutex_destroy(&courier->desk.lock);
        free(courier);
}
