/* SPDX-License-Identifier: Apache-2.0
 *
 * Limits how many long computations run at once. While the processor has nothing else to do, all
 * slots may run. When other work wants it too, which a computation notices by getting less
 * processor time than it could use, one slot pauses for a while, so that a core is left for that
 * work.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>

struct slot_gate {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        unsigned n_slots;
        int64_t rest_ms;    /* 0: slots never pause */
        unsigned n_running; /* under the lock, like the rest */
        uint64_t n_tickets; /* tickets; the first to come runs first */
        uint64_t n_admitted;
        int64_t rests_until; /* of monotonic_now() */
};

void slot_gate_init(struct slot_gate *, unsigned n_slots, int64_t rest_ms);
void slot_gate_deinit(struct slot_gate *);

/* Waits for a slot. */
void slot_gate_enter(struct slot_gate *);

/* Releases the slot. The computation took `took_us` in total and `had_us` of processor time. */
void slot_gate_leave(struct slot_gate *, int64_t took_us, int64_t had_us);

/* Return: how many may run now; at least one. */
unsigned slot_gate_width(struct slot_gate *);
