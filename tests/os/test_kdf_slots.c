/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets, slots and memories, with a derivation that the test controls.
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
        char order[64]; /* of the passphrases' first letters */
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
        if (bench.n_done < sizeof(bench.order) - 1 && !secret_is_absent(passphrase))
                bench.order[bench.n_done] = (char)secret_reveal(passphrase).data[0];
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
                memset(bench.order, 0, sizeof(bench.order));
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

/* One for all the tests. */
static struct timer *test_timer(void)
{
        static struct timer *timer;

        if (!timer)
                timer = timer_start();
        CHECK(timer);
        return timer;
}

static struct kdf_slots *slots_new(unsigned n_slots, int64_t max_wait_ms, int64_t idle_ms)
{
        return kdf_slots_new(&(struct kdf_options){.timer = test_timer(),
                                                   .n_slots = n_slots,
                                                   .max_wait_ms = max_wait_ms,
                                                   .idle_ms = idle_ms,
                                                   .memory_size = 1 << 16,
                                                   .derive = bench_derive});
}

/* A ticket for this account and client. */
static enum err reserve_for(struct root_key_port port, uint8_t account, uint8_t client,
                            struct derivation_ticket **ret_ticket)
{
        struct derivation_user user = {.account_id = {{account}}, .client_id = {{client}}};

        return port.reserve(port.context, &user, ret_ticket);
}

/* A ticket for a party that has none yet. */
static enum err reserve(struct root_key_port port, struct derivation_ticket **ret_ticket)
{
        static uint32_t n;
        struct derivation_user user = {0};

        n++;
        memcpy(user.account_id.bytes, &n, sizeof(n));
        return port.reserve(port.context, &user, ret_ticket);
}

static enum err derive(struct root_key_port port, struct derivation_ticket *ticket,
                       const char *passphrase, struct crypto_key *ret_key)
{
        struct secret secret = {.hidden = slice_from_string(passphrase)};

        return port.derive(port.context, ticket, secret, SLICE("salt"), ret_key);
}

/* One with a ticket, on a thread of its own. */
struct served {
        struct root_key_port port;
        struct derivation_ticket *ticket;
        pthread_t thread;
        char name; /* noted when it is served */
};

static void *derive_main(void *context)
{
        const struct served *served = context;
        struct crypto_key key;
        const char name[] = {served->name ? served->name : 'x', '\0'};

        return derive(served->port, served->ticket, name, &key) == ERR_OK ? NULL : context;
}

TEST(a_ticket_is_taken_served_and_given_back)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *ticket;
        struct crypto_key key;
        struct kdf_status status;

        CHECK_OK(reserve(port, &ticket));
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_queued, 1);
        CHECK_OK(derive(port, ticket, "x", &key));
        CHECK_INT(key.bytes[31], 7);
        CHECK_OK(reserve(port, &ticket));
        port.release(port.context, ticket);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_queued, 0);
        CHECK_INT(status.n_kept, 1);
}

TEST(a_failed_derivation_leaves_no_key)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *ticket;
        struct crypto_key key = {0};

        CHECK_OK(reserve(port, &ticket));
        CHECK_ERR(derive(port, ticket, "", &key), ERR_INTERNAL);
        CHECK_INT(key.bytes[0], 0);
        CHECK_OK(reserve(port, &ticket));
        port.release(port.context, ticket);
}

TEST(tickets_end_where_the_wait_would_be_too_long)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 500, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *tickets[64];
        struct kdf_status status;
        unsigned n_taken = 0;

        while (n_taken < 64 && reserve(port, &tickets[n_taken]) == ERR_OK)
                n_taken++;
        CHECK_INT(n_taken, 2 + 10); /* 100 ms assumed: two slots do ten in 500 ms */
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_allowed, n_taken);
        CHECK_INT(status.n_refused, 1);
        CHECK_INT(status.n_without_memory, 0);
        while (n_taken--)
                port.release(port.context, tickets[n_taken]);
}

TEST(there_are_256_waiting_tickets_at_most)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(4, 3600000, 10000);
        struct kdf_status status;

        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_allowed, 4 + 256);
}

/* --- shares --- */

/* Takes all the tickets it gets. Return: how many. */
static unsigned hoard(struct root_key_port port, uint8_t account, uint8_t client,
                      struct derivation_ticket **ret_tickets)
{
        unsigned n = 0;

        while (n < 64 && reserve_for(port, account, client, &ret_tickets[n]) == ERR_OK)
                n++;
        return n;
}

static void give_up(struct root_key_port port, struct derivation_ticket **tickets, unsigned n)
{
        while (n--)
                port.release(port.context, tickets[n]);
}

TEST(an_account_gets_half_of_the_places_and_leaves_some_for_everybody_else)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *one[64], *two[64], *other;
        unsigned n_one, n_two;

        n_one = hoard(port, 1, 1, one); /* of 22 */
        CHECK_INT(n_one, 11);
        CHECK_ERR(reserve_for(port, 1, 2, &other), ERR_BUSY);
        n_two = hoard(port, 2, 2, two);
        CHECK_INT(n_two, 6);
        for (uint8_t i = 3; i < 8; i++) {
                CHECK_OK(reserve_for(port, i, i, &other));
                port.release(port.context, other);
        }
        give_up(port, one, n_one);
        give_up(port, two, n_two);
}

TEST(a_client_gets_two_thirds_whatever_the_accounts)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 1000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *tickets[64], *other;
        unsigned n = 0;

        while (n < 64 && reserve_for(port, (uint8_t)(n + 1), 7, &tickets[n]) == ERR_OK)
                n++;
        CHECK_INT(n, 15);
        CHECK_OK(reserve_for(port, 100, 8, &other));
        port.release(port.context, other);
        give_up(port, tickets, n);
}

/* --- memory --- */

TEST(without_memory_there_is_no_ticket)
{
        struct kdf_slots *slots CLEANUP(slots_freep) =
                kdf_slots_new(&(struct kdf_options){.timer = test_timer(),
                                                    .n_slots = 2,
                                                    .max_wait_ms = 1000,
                                                    .idle_ms = 10000,
                                                    .memory_size = SIZE_MAX / 2,
                                                    .derive = bench_derive});
        struct root_key_port port = kdf_slots_port(slots);
        struct derivation_ticket *ticket;
        struct kdf_status status;

        CHECK_ERR(reserve(port, &ticket), ERR_BUSY);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_queued, 0);
        CHECK_INT(status.n_refused, 1);
        CHECK_INT(status.n_without_memory, 1);
}

TEST(a_ticket_has_its_memory_before_it_is_used_and_keeps_it)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 1000, 1);
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct derivation_ticket *tickets[3];
        struct kdf_status status;

        for (unsigned i = 0; i < 3; i++) {
                CHECK_OK(reserve(port, &tickets[i]));
                kdf_slots_status(slots, &status);
                CHECK_INT(status.n_kept, i < 2 ? i + 1 : 2);
        }
        clock.pause(clock.context, 30);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_kept, 2);
        give_up(port, tickets, 3);
}

/* --- serving --- */

static void serve(struct served *served, struct root_key_port port)
{
        served->port = port;
        CHECK_INT(pthread_create(&served->thread, NULL, derive_main, served), 0);
}

static void served_join(struct served *served)
{
        void *failed;

        CHECK(pthread_join(served->thread, &failed) == 0 && !failed);
}

TEST(everybody_with_a_ticket_is_served_on_no_more_slots_than_there_are)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(3, 60000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct served served[N_THREADS] = {0};
        struct kdf_status status;

        bench_hold(true);
        for (size_t i = 0; i < N_THREADS; i++) {
                CHECK_OK(reserve(port, &served[i].ticket));
                serve(&served[i], port);
        }
        bench_wait_running(3);
        bench_hold(false);
        for (size_t i = 0; i < N_THREADS; i++)
                served_join(&served[i]);
        kdf_slots_status(slots, &status);
        CHECK_INT(status.n_queued, 0);
        CHECK_INT(bench.n_done, N_THREADS);
        CHECK_INT(bench.n_most, 3);
        CHECK(status.n_kept >= 1 && status.n_kept <= 3);
}

TEST(accounts_are_served_in_turn)
{
        static const char accounts[] = "aaaaaabbc";
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 60000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct served served[9] = {0};

        bench_hold(true);
        for (size_t i = 0; i < 9; i++) {
                CHECK_OK(reserve_for(port, (uint8_t)accounts[i], 0, &served[i].ticket));
                served[i].name = accounts[i];
                serve(&served[i], port);
                if (i == 0)
                        bench_wait_running(1);
                clock.pause(clock.context, 20); /* they come one after the other */
        }
        bench_hold(false);
        for (size_t i = 0; i < 9; i++)
                served_join(&served[i]);
        CHECK_STRING(bench.order, "aabcabaaa");
}

/* A held derivation gets no processor time, like one that other work displaces. */
TEST(after_a_derivation_that_had_to_share_the_processor_no_slot_pauses)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(2, 3600000, 10000);
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct served served[3] = {0};

        bench_hold(true);
        CHECK_OK(reserve(port, &served[0].ticket));
        serve(&served[0], port);
        bench_wait_running(1);
        clock.pause(clock.context, 20);
        bench_hold(false);
        served_join(&served[0]);
        bench_hold(true);
        for (int i = 1; i <= 2; i++) {
                CHECK_OK(reserve(port, &served[i].ticket));
                serve(&served[i], port);
        }
        bench_wait_running(2);
        bench_hold(false);
        for (int i = 1; i <= 2; i++)
                served_join(&served[i]);
}

TEST(idle_memory_is_given_back)
{
        struct kdf_slots *slots CLEANUP(slots_freep) = slots_new(1, 1000, 30);
        struct root_key_port port = kdf_slots_port(slots);
        struct clock_port clock = os_clock();
        struct derivation_ticket *ticket;
        struct crypto_key key;
        struct kdf_status status;

        CHECK_OK(reserve(port, &ticket));
        CHECK_OK(derive(port, ticket, "x", &key));
        for (int i = 0; i < 300; i++) {
                kdf_slots_status(slots, &status);
                if (status.n_kept == 0)
                        break;
                clock.pause(clock.context, 10);
        }
        CHECK_INT(status.n_kept, 0);
        CHECK_OK(reserve(port, &ticket));
        CHECK_OK(derive(port, ticket, "x", &key));
}
