/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id from libargon2, in the encoded form that contains its parameters, so that stronger ones
 * can be chosen later while old hashes remain valid.
 */
#include "os/password_pool.h"

#include <argon2.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/event.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/metric.h"
#include "base/workers.h"
#include "os/shares.h"

enum { SALT_SIZE = 16, HASH_SIZE = 32, ENCODED_SIZE = 160 };

struct password_pool {
        struct password_options options;
        struct workers *thread;
        pthread_mutex_t lock;
        struct shares shares; /* waiting, and the one being processed */
};

/* One password for the thread; lives on the stack of the waiting thread. */
struct password_job {
        struct password_pool *pool;
        struct share share;
        struct slice password;
        const char *expected; /* NULL: hash; otherwise: compare */
        char encoded[ENCODED_SIZE];
        int result; /* libargon2's */
};

struct password_options password_options_default(struct entropy_port entropy)
{
        return (struct password_options){.entropy = entropy,
                                         .memory_kib = 19 * 1024,
                                         .passes = 2,
                                         .queue = LIMIT_WAIT_PASSWORD};
}

struct password_pool *password_pool_new(const struct password_options *options)
{
        struct password_pool *pool = calloc(1, sizeof(*pool));

        if (!pool)
                return NULL;
        pool->options = *options;
        (void)pthread_mutex_init(&pool->lock, NULL);
        pool->thread = workers_new(1, options->queue, WORKERS_LOW);
        if (pool->thread)
                return pool;
        free(pool);
        return NULL;
}

void password_pool_free(struct password_pool *pool)
{
        if (!pool)
                return;
        workers_free(pool->thread);
        (void)pthread_mutex_destroy(&pool->lock);
        free(pool);
}

static int password_hash(struct password_job *job)
{
        const struct password_options *options = &job->pool->options;
        uint8_t salt[SALT_SIZE];

        options->entropy.fill(options->entropy.context, salt, sizeof(salt));
        return argon2id_hash_encoded(options->passes, options->memory_kib, 1, job->password.data,
                                     job->password.size, salt, sizeof(salt), HASH_SIZE,
                                     job->encoded, sizeof(job->encoded));
}

static void password_work(void *context)
{
        struct password_job *job = context;

        job->result = job->expected ? argon2id_verify(job->expected, job->password.data,
                                                      job->password.size)
                                    : password_hash(job);
}

static bool share_take(struct password_job *job)
{
        struct password_pool *pool = job->pool;
        bool is_taken;

        (void)pthread_mutex_lock(&pool->lock);
        is_taken = shares_take(&pool->shares, &job->share, pool->options.queue + 1);
        (void)pthread_mutex_unlock(&pool->lock);
        return is_taken;
}

static void share_give(struct password_job *job)
{
        (void)pthread_mutex_lock(&job->pool->lock);
        shares_give(&job->pool->shares, &job->share);
        (void)pthread_mutex_unlock(&job->pool->lock);
}

/* Return: whether it ran, whatever the result. */
static bool job_do(struct password_job *job)
{
        struct turn turn = job->share.turn;
        bool is_done;

        if (!share_take(job))
                return false;
        is_done = workers_do_in_turn(job->pool->thread, &turn, password_work, job);
        share_give(job);
        return is_done;
}

/* Return: ERR_OK; ERR_BUSY; ERR_INTERNAL. */
static enum err job_run(struct password_job *job)
{
        bool is_done = job_do(job);

        if (!is_done || job->result == ARGON2_MEMORY_ALLOCATION_ERROR) {
                metric_count(METRIC_passwords_refused_total, 0);
                return ERR_BUSY;
        }
        if (job->result == ARGON2_OK || job->result == ARGON2_VERIFY_MISMATCH)
                return ERR_OK;
        EVENT_FAULT("password", EVENT_TEXT("why", argon2_error_message(job->result)));
        return ERR_INTERNAL;
}

/* Addresses take turns, and log-ins come before registrations, which four times as many may
 * overtake. */
static struct password_job job_of(struct password_pool *pool, const struct password_user *user,
                                  struct secret password)
{
        struct password_job job = {.pool = pool, .password = secret_reveal(password)};
        struct turn *turn = &job.share.turn;

        memcpy(turn->party.bytes, user->address.bytes, sizeof(turn->party.bytes));
        turn->rank = user->is_registration ? TURN_LATER : TURN_FIRST;
        turn->patience = pool->options.queue * (user->is_registration ? 4 : 1);
        return job;
}

static enum err pool_hash(void *context, const struct password_user *user, struct secret password,
                          struct arena *arena, struct slice *ret_encoded)
{
        struct password_job job = job_of(context, user, password);

        TRY(job_run(&job));
        *ret_encoded = arena_copy(arena, slice_from_string(job.encoded));
        return arena_check(arena);
}

/* Without a hash to compare with, one is computed and discarded, which takes the same time. */
static enum err pool_verify(void *context, const struct password_user *user, struct secret password,
                            struct slice encoded)
{
        struct password_job job = job_of(context, user, password);
        char expected[ENCODED_SIZE] = "";

        if (encoded.size >= sizeof(expected))
                return ERR_INTERNAL;
        if (encoded.size) {
                memcpy(expected, encoded.data, encoded.size);
                job.expected = expected;
        }
        TRY(job_run(&job));
        return encoded.size && job.result == ARGON2_OK ? ERR_OK : ERR_INVALID_CREDENTIALS;
}

struct password_port password_pool_port(struct password_pool *pool)
{
        return (struct password_port){.hash = pool_hash, .verify = pool_verify, .context = pool};
}
