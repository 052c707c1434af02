/* SPDX-License-Identifier: Apache-2.0
 *
 * Two small tables under a lock. Satellites are distinguished by their whole address, so that an
 * address with a wrong id does not make the real satellite appear unavailable.
 */
#include "core/grants/delivery_desk.h"

#include "base/crypto.h"

enum {
        PAUSE_FIRST = 1,     /* seconds, doubled by each failure */
        PAUSE_LONGEST = 600, /* seconds */
        PAUSE_OF_QUICK = 5,  /* seconds at most, if the call failed at once */
        QUICK = 1000,        /* ms */
        DOUBLINGS = 10,
};

int64_t desk_pause(int64_t n_failures)
{
        int64_t pause;

        if (n_failures > DOUBLINGS)
                return PAUSE_LONGEST;
        pause = (int64_t)PAUSE_FIRST << (n_failures > 1 ? n_failures - 1 : 0);
        return pause < PAUSE_LONGEST ? pause : PAUSE_LONGEST;
}

/* --- under the lock --- */

static struct desk_away *away_find(struct delivery_desk *desk, const struct digest *satellite)
{
        for (size_t i = 0; i < DESK_AWAY; i++)
                if (desk->away[i].n_failures && digest_equal(&desk->away[i].satellite, satellite))
                        return &desk->away[i];
        return NULL;
}

/* A free entry, or that of the satellite due first. */
static struct desk_away *away_choose(struct delivery_desk *desk)
{
        struct desk_away *chosen = &desk->away[0];

        for (size_t i = 0; i < DESK_AWAY; i++) {
                if (!desk->away[i].n_failures)
                        return &desk->away[i];
                if (desk->away[i].until.ms < chosen->until.ms)
                        chosen = &desk->away[i];
        }
        return chosen;
}

/* A time further ahead than the longest pause means that the clock was set back. */
static bool is_before(struct instant now, struct instant until)
{
        return now.ms < until.ms && until.ms <= instant_add_seconds(now, PAUSE_LONGEST).ms;
}

/* A call that fails at once does not occupy a worker, so its pauses can be shorter. */
static int64_t pause_of(int64_t n_failures, struct instant began, struct instant now)
{
        int64_t pause = desk_pause(n_failures);
        bool is_quick = now.ms >= began.ms && now.ms - began.ms < QUICK;

        return is_quick && pause > PAUSE_OF_QUICK ? PAUSE_OF_QUICK : pause;
}

/* Several concurrent failures count as one. */
static void away_note(struct delivery_desk *desk, const struct digest *satellite,
                      struct instant began, struct instant now)
{
        struct desk_away *away = away_find(desk, satellite);

        if (away && is_before(now, away->until))
                return;
        if (!away) {
                away = away_choose(desk);
                *away = (struct desk_away){.satellite = *satellite};
        }
        away->n_failures++;
        away->until = instant_add_seconds(now, pause_of(away->n_failures, began, now));
}

static bool run_is(const struct desk_run *run, const struct digest *satellite,
                   const struct uuid *account_id)
{
        return run->is_taken && digest_equal(&run->satellite, satellite) &&
               uuid_equal(&run->account_id, account_id);
}

static struct desk_run *run_free(struct delivery_desk *desk)
{
        for (size_t i = 0; i < LIMIT_DELIVERIES; i++)
                if (!desk->runs[i].is_taken)
                        return &desk->runs[i];
        return NULL;
}

static bool has_share(const struct delivery_desk *desk, const struct digest *satellite,
                      const struct uuid *account_id, bool was_away)
{
        size_t n_satellite = 0, n_account = 0;

        for (size_t i = 0; i < LIMIT_DELIVERIES; i++) {
                const struct desk_run *run = &desk->runs[i];

                n_satellite += run->is_taken && digest_equal(&run->satellite, satellite);
                n_account += run->is_taken && uuid_equal(&run->account_id, account_id);
        }
        return n_satellite < (was_away ? 1 : LIMIT_DELIVERIES_OF_SATELLITE) &&
               n_account < LIMIT_DELIVERIES_OF_ACCOUNT;
}

static enum desk_answer run_take(struct delivery_desk *desk, const struct desk_run *wanted,
                                 bool was_away)
{
        struct desk_run *run = run_free(desk);

        if (!run || !has_share(desk, &wanted->satellite, &wanted->account_id, was_away))
                return DESK_BUSY;
        *run = *wanted;
        return DESK_GO;
}

/* --- for workers --- */

enum desk_answer desk_begin(struct delivery_desk *desk, const struct desk_call *call,
                            struct instant now, struct instant *ret_until)
{
        struct desk_run run = {.account_id = *call->account_id, .began = now, .is_taken = true};
        enum desk_answer answer = DESK_LATER;
        const struct desk_away *away;

        crypto_sha256(call->address, &run.satellite);
        pthread_mutex_lock(&desk->lock);
        away = away_find(desk, &run.satellite);
        if (away && is_before(now, away->until))
                *ret_until = away->until;
        else
                answer = run_take(desk, &run, away != NULL);
        pthread_mutex_unlock(&desk->lock);
        return answer;
}

void desk_end(struct delivery_desk *desk, const struct desk_call *call, enum err outcome,
              struct instant now)
{
        struct instant began = now;
        struct desk_away *away;
        struct digest satellite;
        size_t i = 0;

        crypto_sha256(call->address, &satellite);
        pthread_mutex_lock(&desk->lock);
        while (i < LIMIT_DELIVERIES && !run_is(&desk->runs[i], &satellite, call->account_id))
                i++;
        if (i < LIMIT_DELIVERIES) {
                began = desk->runs[i].began;
                desk->runs[i].is_taken = false;
        }
        away = away_find(desk, &satellite);
        if (outcome == ERR_SATELLITE_UNAVAILABLE || outcome == ERR_SATELLITE_OUTCOME_UNKNOWN)
                away_note(desk, &satellite, began, now);
        else if (away)
                away->n_failures = 0;
        pthread_mutex_unlock(&desk->lock);
}

bool desk_enter_begin(struct delivery_desk *desk)
{
        bool is_first;

        pthread_mutex_lock(&desk->lock);
        is_first = !desk->is_entering;
        desk->is_entering = true;
        pthread_mutex_unlock(&desk->lock);
        return is_first;
}

void desk_enter_end(struct delivery_desk *desk)
{
        pthread_mutex_lock(&desk->lock);
        desk->is_entering = false;
        pthread_mutex_unlock(&desk->lock);
}

struct delivery_cursor desk_cursor(struct delivery_desk *desk)
{
        struct delivery_cursor cursor;

        pthread_mutex_lock(&desk->lock);
        cursor = desk->cursor;
        pthread_mutex_unlock(&desk->lock);
        return cursor;
}

void desk_cursor_set(struct delivery_desk *desk, const struct delivery_cursor *cursor)
{
        pthread_mutex_lock(&desk->lock);
        desk->cursor = *cursor;
        pthread_mutex_unlock(&desk->lock);
}
