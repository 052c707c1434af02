/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords: hashed, compared, refused if too many come at once. Cheap parameters, except in one
 * test.
 */
#include "os/password_pool.h"

#include <pthread.h>
#include <semaphore.h>

#include "os/entropy.h"
#include "test.h"

static struct secret secret_of(const char *text)
{
        return (struct secret){.hidden = slice_from_string(text)};
}

static const struct password_user somebody = {.address = {{1}}};

static void pool_freep(struct password_pool **pool)
{
        password_pool_free(*pool);
}

static struct password_pool *small_pool(unsigned queue)
{
        struct password_options options = password_options_default(os_entropy());

        options.memory_kib = 64;
        options.passes = 1;
        options.queue = queue;
        return password_pool_new(&options);
}

TEST(a_password_is_known_again)
{
        struct password_pool *pool CLEANUP(pool_freep) = small_pool(32);
        struct password_port port = password_pool_port(pool);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice encoded, again;

        CHECK_OK(port.hash(port.context, &somebody, secret_of("correct horse"), &arena, &encoded));
        CHECK_OK(port.verify(port.context, &somebody, secret_of("correct horse"), encoded));
        CHECK_ERR(port.verify(port.context, &somebody, secret_of("correct horsf"), encoded),
                  ERR_INVALID_CREDENTIALS);
        CHECK_OK(port.hash(port.context, &somebody, secret_of("correct horse"), &arena, &again));
        CHECK(!slice_equal(encoded, again));
}

TEST(an_absent_hash_never_matches)
{
        struct password_pool *pool CLEANUP(pool_freep) = small_pool(32);
        struct password_port port = password_pool_port(pool);

        CHECK_ERR(port.verify(port.context, &somebody, secret_of("anything"), (struct slice){0}),
                  ERR_INVALID_CREDENTIALS);
        CHECK_ERR(port.verify(port.context, &somebody, secret_of(""), SLICE("")),
                  ERR_INVALID_CREDENTIALS);
}

TEST(a_hash_that_is_none_is_a_fault)
{
        struct password_pool *pool CLEANUP(pool_freep) = small_pool(32);
        struct password_port port = password_pool_port(pool);

        CHECK_ERR(port.verify(port.context, &somebody, secret_of("x"), SLICE("$argon2id$nonsense")),
                  ERR_INTERNAL);
}

TEST(the_usual_cost_stands_in_the_text)
{
        struct password_options options = password_options_default(os_entropy());
        struct password_pool *pool CLEANUP(pool_freep) = password_pool_new(&options);
        struct password_port port = password_pool_port(pool);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice encoded;

        CHECK_OK(port.hash(port.context, &somebody, secret_of("correct horse"), &arena, &encoded));
        CHECK(slice_starts_with(encoded, SLICE("$argon2id$v=19$m=19456,t=2,p=1$")));
}

enum { N_CALLERS = 24 };

struct crowd {
        struct password_port port;
        unsigned n_ok, n_busy;
};

static void *crowd_main(void *context)
{
        struct crowd *crowd = context;
        enum err err = crowd->port.verify(crowd->port.context, &somebody, secret_of("x"),
                                          (struct slice){0});

        if (err == ERR_INVALID_CREDENTIALS)
                __atomic_add_fetch(&crowd->n_ok, 1, __ATOMIC_SEQ_CST);
        if (err == ERR_BUSY)
                __atomic_add_fetch(&crowd->n_busy, 1, __ATOMIC_SEQ_CST);
        return NULL;
}

TEST(everybody_is_served_or_told_that_it_is_busy)
{
        struct password_pool *pool CLEANUP(pool_freep) = small_pool(2);
        struct crowd crowd = {.port = password_pool_port(pool)};
        pthread_t threads[N_CALLERS];

        for (size_t i = 0; i < N_CALLERS; i++)
                CHECK(pthread_create(&threads[i], NULL, crowd_main, &crowd) == 0);
        for (size_t i = 0; i < N_CALLERS; i++)
                (void)pthread_join(threads[i], NULL);
        CHECK_INT(crowd.n_ok + crowd.n_busy, N_CALLERS);
        CHECK(crowd.n_ok >= 1);
}

/* A pool whose thread stops in the middle of its work, when it draws the salt. */
struct held {
        struct password_port port;
        sem_t is_held, may_go_on;
};

static void held_fill(void *context, void *bytes, size_t size)
{
        struct held *held = context;

        memset(bytes, 1, size);
        (void)sem_post(&held->is_held);
        (void)sem_wait(&held->may_go_on);
}

static void *held_main(void *context)
{
        struct held *held = context;
        enum err error = ERR_BUSY;

        while (error == ERR_BUSY) /* the thread may not be there yet */
                error = held->port.verify(held->port.context, &somebody, secret_of("x"), SLICE(""));
        CHECK_ERR(error, ERR_INVALID_CREDENTIALS);
        return NULL;
}

TEST(while_the_thread_works_and_without_a_queue_everybody_is_told_that_it_is_busy)
{
        struct held held = {0};
        struct password_options options =
                password_options_default((struct entropy_port){held_fill, &held});
        struct password_pool *pool CLEANUP(pool_freep) = NULL;
        pthread_t thread;

        options.memory_kib = 64;
        options.queue = 0;
        pool = password_pool_new(&options);
        held.port = password_pool_port(pool);
        CHECK(sem_init(&held.is_held, 0, 0) == 0 && sem_init(&held.may_go_on, 0, 0) == 0);
        CHECK(pthread_create(&thread, NULL, held_main, &held) == 0);
        (void)sem_wait(&held.is_held);
        CHECK_ERR(held.port.verify(held.port.context, &somebody, secret_of("x"), SLICE("")),
                  ERR_BUSY);
        (void)sem_post(&held.may_go_on);
        (void)pthread_join(thread, NULL);
}
