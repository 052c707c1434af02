/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of mmap(2), and the thread that gives it back.
 */
#include "os/memories.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/wait.h"
#include "os/wall_clock.h"

/* Large pages where there are some: a derivation jumps about in all of it. */
static void *memory_new(size_t size)
{
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory == MAP_FAILED)
                return NULL;
        (void)madvise(memory, size, MADV_HUGEPAGE);
        (void)madvise(memory, size, MADV_DONTDUMP);
        return memory;
}

/* Under the lock. */
static void idle_put(struct memories *memories, void *memory)
{
        memories->idle[memories->n_idle++] =
                (struct idle_memory){.memory = memory, .since_ms = os_uptime_ms()};
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
        (void)pthread_cond_broadcast(&memories->changed);
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

/* --- giving back --- */

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

static void keeper_wait_until(struct memories *memories, int64_t ms)
{
        struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

        (void)pthread_cond_timedwait(&memories->changed, &memories->lock, &until);
}

static void *keeper_main(void *context)
{
        struct memories *memories = context;

        (void)pthread_mutex_lock(&memories->lock);
        while (!memories->is_stopping) {
                int64_t due;

                if (!memories->n_idle || memories->n_kept <= memories->n_needed) {
                        (void)pthread_cond_wait(&memories->changed, &memories->lock);
                        continue;
                }
                due = memories->idle[0].since_ms + memories->idle_ms;
                if (due <= os_uptime_ms())
                        oldest_give_back(memories);
                else
                        keeper_wait_until(memories, due);
        }
        (void)pthread_mutex_unlock(&memories->lock);
        return NULL;
}

int memories_init(struct memories *memories, size_t size, int64_t idle_ms)
{
        *memories = (struct memories){.size = size, .idle_ms = idle_ms};
        (void)pthread_mutex_init(&memories->lock, NULL);
        cond_init_monotonic(&memories->changed);
        return pthread_create(&memories->keeper, NULL, keeper_main, memories);
}

void memories_deinit(struct memories *memories)
{
        (void)pthread_mutex_lock(&memories->lock);
        memories->is_stopping = true;
        (void)pthread_cond_broadcast(&memories->changed);
        (void)pthread_mutex_unlock(&memories->lock);
        (void)pthread_join(memories->keeper, NULL);
        while (memories->n_idle)
                oldest_give_back(memories);
        (void)pthread_cond_destroy(&memories->changed);
        (void)pthread_mutex_destroy(&memories->lock);
}
