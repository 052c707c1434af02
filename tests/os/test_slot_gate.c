/* SPDX-License-Identifier: Apache-2.0
 *
 * How many computations run at once, and when a slot pauses.
 */
#include "os/slot_gate.h"

#include <stdatomic.h>
#include <time.h>

#include "test.h"

enum { SLOTS = 2, LONG = 100000, FOREVER_MS = 1000000, N_THREADS = 5 };

static void milliseconds_pass(int64_t n)
{
        (void)nanosleep(&(struct timespec){.tv_nsec = n * 1000000}, NULL);
}

/* One computation came and went. */
static void run_once(struct slot_gate *gate, int64_t took_us, int64_t had_us)
{
        slot_gate_enter(gate);
        slot_gate_leave(gate, took_us, had_us);
}

static unsigned width_after(unsigned n_slots, int64_t rest_ms, int64_t took_us, int64_t had_us)
{
        struct slot_gate gate CLEANUP(slot_gate_deinit);

        slot_gate_init(&gate, n_slots, rest_ms);
        run_once(&gate, took_us, had_us);
        return slot_gate_width(&gate);
}

TEST(a_slot_rests_once_others_want_the_processor)
{
        CHECK_INT(width_after(4, FOREVER_MS, LONG, LONG / 2), 3);
        CHECK_INT(width_after(2, FOREVER_MS, LONG, LONG / 2), 1);
}

TEST(no_slot_rests_while_nobody_else_wants_the_processor)
{
        CHECK_INT(width_after(SLOTS, FOREVER_MS, LONG, LONG), SLOTS);
        CHECK_INT(width_after(SLOTS, FOREVER_MS, LONG, LONG / 100 * 85), SLOTS);
}

TEST(what_took_a_moment_only_says_nothing)
{
        CHECK_INT(width_after(SLOTS, FOREVER_MS, 5000, 1), SLOTS);
}

TEST(the_only_slot_never_rests)
{
        CHECK_INT(width_after(1, FOREVER_MS, LONG, 1), 1);
}

TEST(without_a_time_to_rest_no_slot_does)
{
        CHECK_INT(width_after(SLOTS, 0, LONG, 1), SLOTS);
}

TEST(a_slot_comes_back_after_its_rest)
{
        struct slot_gate gate CLEANUP(slot_gate_deinit);

        slot_gate_init(&gate, SLOTS, 20);
        run_once(&gate, LONG, 1);
        milliseconds_pass(40);
        CHECK_INT(slot_gate_width(&gate), SLOTS);
}

/* --- threads at the gate --- */

static struct queue {
        struct slot_gate gate;
        atomic_int n_inside, n_most, n_done;
        int order[N_THREADS];
} queue;

static void *thread_main(void *context)
{
        int number = *(int *)context, n;

        slot_gate_enter(&queue.gate);
        n = atomic_fetch_add(&queue.n_inside, 1) + 1;
        if (n > atomic_load(&queue.n_most))
                atomic_store(&queue.n_most, n);
        milliseconds_pass(5);
        queue.order[atomic_fetch_add(&queue.n_done, 1)] = number;
        atomic_fetch_sub(&queue.n_inside, 1);
        slot_gate_leave(&queue.gate, LONG, LONG);
        return NULL;
}

static uint64_t queue_waiting(void)
{
        uint64_t n;

        pthread_mutex_lock(&queue.gate.lock);
        n = queue.gate.n_tickets - queue.gate.n_admitted;
        pthread_mutex_unlock(&queue.gate.lock);
        return n;
}

/* One after the other they come to the gate, while what runs takes longer than that. */
static void threads_run(unsigned n_slots, int64_t had_us)
{
        pthread_t threads[N_THREADS];
        int numbers[N_THREADS];

        memset(&queue, 0, sizeof(queue));
        slot_gate_init(&queue.gate, n_slots, FOREVER_MS);
        run_once(&queue.gate, LONG, had_us);
        slot_gate_enter(&queue.gate);
        for (int i = 0; i < N_THREADS; i++) {
                numbers[i] = i;
                CHECK_INT(pthread_create(&threads[i], NULL, thread_main, &numbers[i]), 0);
                while (n_slots == 1 && queue_waiting() < (uint64_t)i + 1)
                        milliseconds_pass(1);
        }
        slot_gate_leave(&queue.gate, LONG, LONG);
        for (int i = 0; i < N_THREADS; i++)
                CHECK_INT(pthread_join(threads[i], NULL), 0);
        slot_gate_deinit(&queue.gate);
}

TEST(who_comes_first_runs_first)
{
        threads_run(1, LONG);
        for (int i = 0; i < N_THREADS; i++)
                CHECK_INT(queue.order[i], i);
}

TEST(no_more_run_than_there_are_slots)
{
        threads_run(SLOTS, LONG);
        CHECK_INT(atomic_load(&queue.n_done), N_THREADS);
        CHECK(atomic_load(&queue.n_most) <= SLOTS);
}

TEST(one_less_runs_while_a_slot_rests)
{
        threads_run(SLOTS, 1);
        CHECK_INT(atomic_load(&queue.n_done), N_THREADS);
        CHECK_INT(atomic_load(&queue.n_most), SLOTS - 1);
}
