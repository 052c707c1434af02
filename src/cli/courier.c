/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking every second whether something is due. Its connections are its own, so that whoever makes
 * the server call silent satellites does not keep revocations from being delivered.
 */
#include "cli/courier.h"

#include <stdlib.h>

#include "base/macros.h"
#include "base/metric.h"
#include "oauth/delivery.h"
#include "oauth/project_proof.h"

enum {
        PERIOD_MS = 1000,
        COURIER_ARENA = 4 << 20,
        COURIER_CALLS = 1, /* at once: it is one thread */
};

struct courier {
        const struct node *node;
        struct ports ports; /* with satellites of its own */
        struct satellites *satellites;
        struct beat *beat;
};

static void count_outcome(enum err outcome)
{
        metric_count(METRIC_deliveries_total, outcome);
}

static bool is_due(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(COURIER_ARENA);
        struct instant now = ports->clock.now(ports->clock.context);
        struct delivery_waiting waiting = {0};

        return ports->store->verbs->delivery_waiting(ports->store, &arena, now, &waiting) ==
                       ERR_OK &&
               waiting.is_due;
}

/* Return: whether something was done, so that there may be more. Faults of the store have been
 * logged where they were noticed. */
static bool some_do(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(COURIER_ARENA);
        size_t n_delivered = 0, n_proven = 0;

        return delivery_run_due(ports, &arena, count_outcome, &n_delivered) == ERR_OK &&
               project_prove_due(ports, &arena, &n_proven) == ERR_OK && n_delivered + n_proven > 0;
}

static void courier_round(struct beat *beat, void *context)
{
        const struct courier *courier = context;

        satellites_tidy(courier->satellites);
        satellites_tidy(courier->node->satellites);

        while (is_due(&courier->ports) && some_do(&courier->ports) && beat_wait(beat, 0))
                ;
}

struct courier *courier_start(struct node *node)
{
        struct courier *courier = calloc(1, sizeof(*courier));

        if (!courier)
                return NULL;
        courier->node = node;
        courier->ports = node->ports;
        courier->satellites = node_satellites_new(node, COURIER_CALLS);
        if (courier->satellites) {
                courier->ports.satellite = satellites_port(courier->satellites);
                courier->beat = beat_start(PERIOD_MS, courier_round, courier);
        }
        if (courier->beat)
                return courier;
        courier_stop(courier);
        return NULL;
}

void courier_stop(struct courier *courier)
{
        if (!courier)
                return;
        satellites_stop(courier->satellites);
        beat_stop(courier->beat);
        satellites_free(courier->satellites);
        free(courier);
}
