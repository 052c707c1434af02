/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory from mmap(2), which the timer frees.
 */
#include "os/memories.h"

#include <string.h>
#include <sys/mman.h>

#include "base/monotonic.h"

/* Large pages if available: a derivation accesses all of it at random. */
static void *memory_new(size_t size)
{
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory == MAP_FAILED)
                return NULL;
        (void)madvise(memory, size, MADV_HUGEPAGE);
        (void)madvise(memory, size, MADV_DONTDUMP);
        return memory;
}

/* Under the lock: schedules freeing the oldest, if it is not needed. */
static void timer_arm(struct memories *memories)
{
        if (memories->n_idle && memories->n_kept > memories->n_needed)
                timer_set(memories->timer, &memories->job,
                          memories->idle[0].since + memories->idle_ms * MONOTONIC_MILLISECOND);
}

/* Under the lock. */
static void idle_put(struct memories *memories, void *memory)
{
        memories->idle[memories->n_idle++] =
                (struct idle_memory){.memory = memory, .since = monotonic_now()};
        (void)pthread_cond_broadcast(&memories->changed);
}

unsigned memories_need(struct memories *memories, unsigned n)
{
        unsigned n_kept;

        (void)pthread_mutex_lock(&memories->lock);
        memories->n_needed = n < MEMORIES_MOST ? n : MEMORIES_MOST;
        while (memories->n_kept < memories->n_needed) {
                void *memory = memory_new(memories->size);

                if (!memory)
                        break;
                memories->n_kept++;
                idle_put(memories, memory);
        }
        n_kept = memories->n_kept;
        timer_arm(memories);
        (void)pthread_mutex_unlock(&memories->lock);
        return n_kept;
}

void *memories_take(struct memories *memories)
{
        void *memory;

        (void)pthread_mutex_lock(&memories->lock);
        while (!memories->n_idle)
                (void)pthread_cond_wait(&memories->changed, &memories->lock);
        memory = memories->idle[--memories->n_idle].memory;
        (void)pthread_mutex_unlock(&memories->lock);
        return memory;
}

void memories_give(struct memories *memories, void *memory)
{
        (void)pthread_mutex_lock(&memories->lock);
        idle_put(memories, memory);
        timer_arm(memories);
        (void)pthread_mutex_unlock(&memories->lock);
}

unsigned memories_count(struct memories *memories)
{
        unsigned n;

        (void)pthread_mutex_lock(&memories->lock);
        n = memories->n_kept;
        (void)pthread_mutex_unlock(&memories->lock);
        return n;
}

/* --- freeing --- */

/* Under the lock. */
static void oldest_give_back(struct memories *memories)
{
        void *memory = memories->idle[0].memory;

        memories->n_idle--;
        memories->n_kept--;
        memmove(&memories->idle[0], &memories->idle[1],
                memories->n_idle * sizeof(memories->idle[0]));
        (void)munmap(memory, memories->size);
}

/* One at a time, so that nothing waits long for the timer or the lock. */
static void idle_check(struct timer_job *job)
{
        struct memories *memories = (struct memories *)(void *)job;

        _Static_assert(offsetof(struct memories, job) == 0, "it begins with its job");
        (void)pthread_mutex_lock(&memories->lock);
        if (memories->n_idle && memories->n_kept > memories->n_needed &&
            memories->idle[0].since <= monotonic_in(-memories->idle_ms))
                oldest_give_back(memories);
        timer_arm(memories);
        (void)pthread_mutex_unlock(&memories->lock);
}

void memories_init(struct memories *memories, struct timer *timer, size_t size, int64_t idle_ms)
{
        *memories = (struct memories){
                .job.run = idle_check, .timer = timer, .size = size, .idle_ms = idle_ms};
        (void)pthread_mutex_init(&memories->lock, NULL);
        (void)pthread_cond_init(&memories->changed, NULL);
}

void memories_deinit(struct memories *memories)
{
        timer_end(memories->timer, &memories->job);
        while (memories->n_idle)
                oldest_give_back(memories);
        (void)pthread_cond_destroy(&memories->changed);
        (void)pthread_mutex_destroy(&memories->lock);
}
