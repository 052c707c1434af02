/* SPDX-License-Identifier: Apache-2.0
 *
 * Places, slots and memories, with a derivation that waits to be told.
 */
#include "os/kdf_slots.h"

#include <pthread.h>

#include "os/wall_clock.h"
#include "test.h"

enum { N_THREADS = 12 };

/* A derivation that can be held, and that notices when too many run. */
static struct {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        bool is_held;
        unsigned n_running, n_most, n_done;
} bench = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static enum err bench_derive(void *memory, struct secret passphrase, struct slice salt,
                             struct crypto_key *ret_key)
{
        (void)salt;
        memset(memory, 1, 4096);
        pthread_mutex_lock(&bench.lock);
        bench.n_running++;
        if (bench.n_running > bench.n_most)
                bench.n_most = bench.n_running;
        pthread_cond_broadcast(&bench.changed);
        while (bench.is_held)
                pthread_cond_wait(&bench.changed, &bench.lock);
        bench.n_running--;
        bench.n_done++;
        pthread_mutex_unlock(&bench.lock);
        memset(ret_key, 7, sizeof(*ret_key));
        return secret_is_absent(passphrase) ? ERR_INTERNAL : ERR_OK;
}

static void bench_hold(bool is_held)
{
        pthread_mutex_lock(&bench.lock);
        bench.is_held = is_held;
        if (is_held)
                bench.n_most = bench.n_done = 0;
        pthread_cond_broadcast(&bench.changed);
        pthread_mutex_unlock(&bench.lock);
}

static void bench_wait_running(unsigned n)
{
        pthread_mutex_lock(&bench.lock);
        while (bench.n_running < n)
                pthread_cond_wait(&bench.changed, &bench.lock);
        pthread_mutex_unlock(&bench.lock);
}

static void slots_freep(struct kdf_slots **slots)
{
        kdf_slots_free(*slots);
}

static struct kdf_slots *slots_new(unsigned n_slots, int64_t max_wait_ms, int64_t idle_ms)
{
        return kdf_slots_new(&(struct kdf_options){.n_slots = n_slots,
                                                   .max_wait_ms = max_wait_ms,
                                                   .idle_ms = idle_ms,
                                                   .memory_size = 1 << 16,
                                                   .derive = bench_derive});
}

static enum err derive(struct root_key_port port, const char *passphrase,
                       struct crypto_key *ret_key)
{
        struct secret secret = {.hidden = slice_from_string(passphrase)};

        return port.derive(port.context, secret, SLICE("salt"), ret_key);
}

static void *derive_main(void *context)
{
        const struct root_key_port *port = context;
        struct crypto_key key;

        return derive(*port, "x", &key) == ERR_OK ? NULL : context;
}

TEST(a_place_is_taken_served_and_given_back)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct crypto_key key;
        struct kdf_status status;

        CHECK_OK(port.reserve(port.context));
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_places, 1);
        CHECK_OK(derive(port, "x", &key));
        CHECK_INT(key.bytes[31], 7);
        CHECK_OK(port.reserve(port.context));
        port.release(port.context);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_places, 0);
        CHECK_INT(status.n_kept, 1);
}

TEST(a_failed_derivation_leaves_no_key)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct crypto_key key = {0};

        CHECK_OK(port.reserve(port.context));
        CHECK_ERR(derive(port, "", &key), ERR_INTERNAL);
        CHECK_INT(key.bytes[0], 0);
        CHECK_OK(port.reserve(port.context));
        port.release(port.context);
}

TEST(places_end_where_the_wait_would_be_too_long)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 500, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct kdf_status status;
        unsigned n_taken = 0;

        while (port.reserve(port.context) == ERR_OK)
                n_taken++;
        CHECK_INT(n_taken, 2 + 10); /* 100 ms assumed: two slots do ten in 500 ms */
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_allowed, n_taken);
        while (n_taken--)
                port.release(port.context);
}

TEST(there_are_256_waiting_places_at_most)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(4, 3600000, 10000);
        struct kdf_status status;

        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_allowed, 4 + 256);
}

TEST(everybody_with_a_place_is_served_on_no_more_slots_than_there_are)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(3, 60000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        pthread_t threads[N_THREADS];
        struct kdf_status status;

        bench_hold(true);
        for (size_t i = 0; i < N_THREADS; i++) {
                CHECK_OK(port.reserve(port.context));
                CHECK(pthread_create(&threads[i], NULL, derive_main, &port) == 0);
        }
        bench_wait_running(3);
        bench_hold(false);
        for (size_t i = 0; i < N_THREADS; i++) {
                void *failed;

                CHECK(pthread_join(threads[i], &failed) == 0 && !failed);
        }
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_places, 0);
        CHECK_INT(bench.n_done, N_THREADS);
        CHECK_INT(bench.n_most, 3);
        CHECK(status.n_kept >= 1 && status.n_kept <= 3);
}

/* A derivation that is held gets nothing of the processor, like one that others push aside. */
TEST(after_a_derivation_that_had_to_share_the_processor_there_is_a_place_less)
{
        struct kdf_slots *slots CLEANUP(slots_freep) =
                kdf_slots_new(&(struct kdf_options){.n_slots = 2,
                                                    .max_wait_ms = 3600000,
                                                    .idle_ms = 10000,
                                                    .rest_ms = 1000000,
                                                    .memory_size = 1 << 16,
                                                    .derive = bench_derive});
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct kdf_status status;
        pthread_t thread;

        bench_hold(true);
        CHECK_OK(port.reserve(port.context));
        CHECK_INT(pthread_create(&thread, NULL, derive_main, &port), 0);
        bench_wait_running(1);
        clock.pause(clock.context, 20);
        bench_hold(false);
        CHECK_INT(pthread_join(thread, NULL), 0);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_allowed, 1 + 256);
}

TEST(idle_memory_is_given_back)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 30);
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct crypto_key key;
        struct kdf_status status;

        CHECK_OK(port.reserve(port.context));
        CHECK_OK(derive(port, "x", &key));
        for (int i = 0; i < 300; i++) {
                kdf_slots_status(slots, &status);
                if (status.n_kept == 0)
                        break;
                clock.pause(clock.context, 10);
        }
        CHECK_INT(status.n_kept, 0);
        CHECK_OK(port.reserve(port.context));
        CHECK_OK(derive(port, "x", &key));
}
