/* SPDX-License-Identifier: Apache-2.0
 *
 * How many long computations may run at once. As many as there are slots, while the processor has
 * nothing else to do; when others want it too, which a computation notices by getting less of it
 * than it could use, one slot rests for a while, so that a core is left for them.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>

struct slot_gate {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        unsigned n_slots;
        int64_t rest_ms;    /* 0: no slot ever rests */
        unsigned n_running; /* under the lock, as the rest */
        uint64_t n_tickets; /* handed out; who comes first runs first */
        uint64_t n_admitted;
        int64_t rests_until; /* of monotonic_now() */
};

void slot_gate_init(struct slot_gate *, unsigned n_slots, int64_t rest_ms);
void slot_gate_deinit(struct slot_gate *);

/* Waits for a slot. */
void slot_gate_enter(struct slot_gate *);

/* Gives it back. The computation took `took_us` in all, and the processor for `had_us` of them. */
void slot_gate_leave(struct slot_gate *, int64_t took_us, int64_t had_us);

/* Return: how many may run now; at least one. */
unsigned slot_gate_width(struct slot_gate *);
