/* SPDX-License-Identifier: Apache-2.0
 *
 * The store's claim called directly, for bench/claims.py:
 *
 *      claims run URL TIME FIRST N IN-FLIGHT    claims the codes FIRST to FIRST + N - 1
 *      claims text                              prints the statement for many claims
 *
 * A code's digest, and all else that a claim must know, follows from its number. It is the unix
 * TIME, which stands still.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "base/primitives.h"
#include "base/wait.h"
#include "store/open.h"
#include "store/sql.h"

enum { MOST = 1024, ARENA_SIZE = 1 << 16, JWT_LIFETIME = 300 };

static const char *const texts[STATEMENT_COUNT] = {
#define STATEMENT(name, text) [STATEMENT_##name] = (text),
#include "store/postgres/statements.def"
#undef STATEMENT
};

/* --- what is claimed --- */

/* One of those that are in flight. */
struct slot {
        struct run *run;
        struct slot *next; /* free ones */
        struct claim claim;
        struct grant grant;
        struct arena arena;
        struct op op;
};

struct run {
        struct ports ports;
        int64_t now; /* unix milliseconds */
        int64_t next, end;
        pthread_mutex_t lock;
        sem_t n_free;
        struct slot *free; /* under the lock, as the next one */
        size_t n_won;
        struct slot slots[MOST];
};

static struct uuid uuid_of(uint8_t first, int64_t number)
{
        struct uuid uuid = {{first}};

        for (size_t i = 0; i < 8; i++)
                uuid.bytes[8 - i] = (uint8_t)(number >> (8 * i));
        return uuid;
}

/* JWTs have keys in no order, grants in that of time; those of two processes differ. */
static void claim_fill(struct slot *slot, int64_t no)
{
        struct run *run = slot->run;
        struct uuid text = uuid_of((uint8_t)getpid(), no), attempt;
        struct digest digest;

        slot->claim = (struct claim){.jwt_exp = run->now / 1000 + JWT_LIFETIME,
                                     .secret_row = uuid_of(4, 0),
                                     .authorization_no = no,
                                     .client_row = uuid_of(3, 0),
                                     .redirect_uri = SLICE("https://myapp.com/callback"),
                                     .grant_id = uuid_of(1, no),
                                     .sealed_tail = SLICE("0123456789abcdef0123456789abcdef"
                                                          "0123456789abcdef0123456789abcdef"),
                                     .replay_grace = 10};
        for (size_t i = 0; i < 8; i++)
                slot->claim.code.bytes[31 - i] = (uint8_t)(no >> (8 * i));
        crypto_sha256(uuid_slice(&text), &digest);
        memcpy(attempt.bytes, digest.bytes + 16, sizeof(attempt.bytes));
        slot->claim.grant_id.bytes[15] = (uint8_t)getpid();
        slot->claim.jwt = digest;
        slot->claim.attempt = attempt;
}

static const struct audit_entry *audit_of(const struct run *run)
{
        static struct audit_entry audit;

        audit = (struct audit_entry){.action = "exchange",
                                     .outcome = "ok",
                                     .client_id = uuid_of(3, 1),
                                     .request_id = SLICE("0123456789abcdef"),
                                     .address = SLICE("127.0.0.1"),
                                     .at = {run->now}};
        return &audit;
}

static void slot_free(struct slot *slot)
{
        struct run *run = slot->run;

        pthread_mutex_lock(&run->lock);
        slot->next = run->free;
        run->free = slot;
        pthread_mutex_unlock(&run->lock);
        (void)sem_post(&run->n_free);
}

static struct slot *slot_take(struct run *run)
{
        struct slot *slot;

        semaphore_wait(&run->n_free);
        pthread_mutex_lock(&run->lock);
        slot = run->free;
        run->free = slot->next;
        pthread_mutex_unlock(&run->lock);
        arena_reset(&slot->arena);
        slot->op = (struct op){.ports = &run->ports, .arena = &slot->arena, .now = {run->now}};
        return slot;
}

static void claimed(void *context, enum err outcome)
{
        struct slot *slot = context;

        if (outcome == ERR_OK)
                __atomic_fetch_add(&slot->run->n_won, 1, __ATOMIC_RELAXED);
        slot_free(slot);
}

/* --- the run --- */

static void run_alone(struct run *run, const struct audit_entry *audit)
{
        struct slot *slot = slot_take(run);

        for (; run->next < run->end; run->next++) {
                claim_fill(slot, run->next);
                arena_reset(&slot->arena);
                run->n_won +=
                        store_code_claim(&slot->op, &slot->claim, audit, &slot->grant) == ERR_OK;
        }
        slot_free(slot);
}

static void run_together(struct run *run, const struct audit_entry *audit, size_t in_flight)
{
        for (; run->next < run->end; run->next++) {
                struct slot *slot = slot_take(run);

                claim_fill(slot, run->next);
                store_code_claim_then(&slot->op, &slot->claim, audit, &slot->grant,
                                      (struct completion){claimed, slot});
        }
        for (size_t i = 0; i < in_flight; i++)
                (void)slot_take(run);
}

static void run_begin(struct run *run, size_t in_flight, int64_t first, int64_t n)
{
        run->next = first;
        run->end = first + n;
        pthread_mutex_init(&run->lock, NULL);
        (void)sem_init(&run->n_free, 0, 0);
        for (size_t i = 0; i < in_flight; i++) {
                run->slots[i] = (struct slot){.run = run, .arena = ARENA_INIT(ARENA_SIZE)};
                slot_free(&run->slots[i]);
        }
}

/* A first claim opens the connections and is not measured. */
static int run_measure(const struct store_location *location, char **argv)
{
        static struct run run;
        int64_t first = strtoll(argv[1], NULL, 10), n = strtoll(argv[2], NULL, 10), began;
        size_t in_flight = strtoul(argv[3], NULL, 10);
        const struct audit_entry *audit;

        if (in_flight < 1 || in_flight > MOST || n < 2 ||
            store_open(location, &run.ports.store) != ERR_OK)
                return 1;
        run.now = strtoll(argv[0], NULL, 10) * 1000;
        run_begin(&run, in_flight, first, 1);
        audit = audit_of(&run);
        run_alone(&run, audit);
        run.end = first + n;
        began = monotonic_now();
        if (in_flight == 1)
                run_alone(&run, audit);
        else
                run_together(&run, audit, in_flight);
        (void)printf("%.0f %zu\n",
                     (double)(n - 1) / ((double)(monotonic_now() - began) / MONOTONIC_SECOND),
                     run.n_won);
        store_close(run.ports.store);
        for (size_t i = 0; i < in_flight; i++)
                arena_deinit(&run.slots[i].arena);
        return 0;
}

int main(int argc, char **argv)
{
        struct store_location location;

        if (argc == 2 && strcmp(argv[1], "text") == 0)
                return puts(texts[STATEMENT_CODES_CLAIM]) < 0;
        if (argc == 7 && strcmp(argv[1], "run") == 0 &&
            store_locate(slice_from_string(argv[2]), &location) == ERR_OK)
                return run_measure(&location, argv + 3);
        (void)fprintf(stderr, "usage: claims run URL TIME FIRST N IN-FLIGHT | claims text\n");
        return 2;
}
