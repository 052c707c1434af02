/* SPDX-License-Identifier: Apache-2.0
 *
 * Cleaning, every few seconds until nothing is left.
 */
#include "cli/cleaner.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "oauth/upkeep.h"

enum {
        PERIOD = 10,    /* seconds between two rounds */
        BREATH_MS = 20, /* between two batches of a round */
        CLEANER_ARENA = 1 << 20,
};

struct cleaner {
        const struct ports *ports;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool stopping; /* under the lock */
};

/* Return: whether to go on. */
static bool cleaner_wait(struct cleaner *cleaner, int64_t milliseconds)
{
        struct timespec until;
        bool stopping;

        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += milliseconds / 1000;
        until.tv_nsec += milliseconds % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) {
                until.tv_sec++;
                until.tv_nsec -= 1000000000;
        }
        pthread_mutex_lock(&cleaner->lock);
        while (!cleaner->stopping &&
               pthread_cond_timedwait(&cleaner->wake, &cleaner->lock, &until) != ETIMEDOUT)
                ;
        stopping = cleaner->stopping;
        pthread_mutex_unlock(&cleaner->lock);
        return !stopping;
}

/* One batch. Return: whether there may be more; false too if the store is away, which has been
 * logged where it was noticed. */
static bool batch_clean(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(CLEANER_ARENA);
        int64_t n = 0;
        enum err error = upkeep_clean(ports, &arena, &n);

        return error == ERR_OK && n >= LIMIT_CLEANUP;
}

/* A server that has nothing to open meets a new key here, and seals with it from then on. */
static void key_look(const struct ports *ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(CLEANER_ARENA);
        struct slice sealed;
        struct secret unused;

        if (ports->store->verbs->meta_get(ports->store, &arena, SEAL_KNOWN_NAME, &sealed) == ERR_OK)
                (void)!seal_open(ports->seal, SEAL_KNOWN_VALUE, &seal_no_row, sealed, &arena,
                                 &unused);
}

static void *cleaner_main(void *context)
{
        struct cleaner *cleaner = context;

        while (cleaner_wait(cleaner, PERIOD * 1000)) {
                key_look(cleaner->ports);
                while (batch_clean(cleaner->ports) && cleaner_wait(cleaner, BREATH_MS))
                        ;
        }
        return NULL;
}

struct cleaner *cleaner_start(const struct ports *ports)
{
        struct cleaner *cleaner = calloc(1, sizeof(*cleaner));
        pthread_condattr_t monotonic;
        int error;

        if (!cleaner)
                return NULL;
        cleaner->ports = ports;
        pthread_mutex_init(&cleaner->lock, NULL);
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_cond_init(&cleaner->wake, &monotonic);
        pthread_condattr_destroy(&monotonic);
        error = pthread_create(&cleaner->thread, NULL, cleaner_main, cleaner);
        if (error == 0)
                return cleaner;
        free(cleaner);
        errno = error;
        return NULL;
}

void cleaner_stop(struct cleaner *cleaner)
{
        if (!cleaner)
                return;
        pthread_mutex_lock(&cleaner->lock);
        cleaner->stopping = true;
        pthread_cond_signal(&cleaner->wake);
        pthread_mutex_unlock(&cleaner->lock);
        pthread_join(cleaner->thread, NULL);
        pthread_cond_destroy(&cleaner->wake);
        pthread_mutex_destroy(&cleaner->lock);
        free(cleaner);
}
