/* SPDX-License-Identifier: Apache-2.0
 *
 * Limiting the running computations.
 */
#include "os/slot_gate.h"

#include <stdbool.h>

#include "base/monotonic.h"

enum {
        FAIR_PERCENT = 80,     /* of the processor; less means that other work wanted it */
        MEASURABLE_US = 10000, /* shorter measurements say little */
};

void slot_gate_init(struct slot_gate *gate, unsigned n_slots, int64_t rest_ms)
{
        *gate = (struct slot_gate){.n_slots = n_slots, .rest_ms = rest_ms};
        (void)pthread_mutex_init(&gate->lock, NULL);
        (void)pthread_cond_init(&gate->changed, NULL);
}

void slot_gate_deinit(struct slot_gate *gate)
{
        (void)pthread_cond_destroy(&gate->changed);
        (void)pthread_mutex_destroy(&gate->lock);
}

/* Under the lock. */
static unsigned width(const struct slot_gate *gate)
{
        bool rests = gate->n_slots > 1 && monotonic_now() < gate->rests_until;

        return gate->n_slots - rests;
}

/* A running computation wakes the waiting ones, and one may always run. */
void slot_gate_enter(struct slot_gate *gate)
{
        uint64_t ticket;

        (void)pthread_mutex_lock(&gate->lock);
        ticket = gate->n_tickets++;
        while (ticket != gate->n_admitted || gate->n_running >= width(gate))
                (void)pthread_cond_wait(&gate->changed, &gate->lock);
        gate->n_admitted++;
        gate->n_running++;
        (void)pthread_cond_broadcast(&gate->changed);
        (void)pthread_mutex_unlock(&gate->lock);
}

static bool is_crowded(int64_t took_us, int64_t had_us)
{
        return took_us >= MEASURABLE_US && had_us * 100 < took_us * FAIR_PERCENT;
}

void slot_gate_leave(struct slot_gate *gate, int64_t took_us, int64_t had_us)
{
        (void)pthread_mutex_lock(&gate->lock);
        gate->n_running--;
        if (gate->rest_ms && is_crowded(took_us, had_us))
                gate->rests_until = monotonic_in(gate->rest_ms);
        (void)pthread_cond_broadcast(&gate->changed);
        (void)pthread_mutex_unlock(&gate->lock);
}

unsigned slot_gate_width(struct slot_gate *gate)
{
        unsigned n;

        (void)pthread_mutex_lock(&gate->lock);
        n = width(gate);
        (void)pthread_mutex_unlock(&gate->lock);
        return n;
}
