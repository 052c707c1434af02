/* SPDX-License-Identifier: Apache-2.0
 *
 * Decides which satellite may be called now. Workers share it, so that an unresponsive satellite
 * delays only its own deliveries. Each satellite and each account has a share of the workers, and a
 * satellite that was unavailable is tried by one worker at a time, after growing pauses.
 */
#pragma once

#include <pthread.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/limits.h"
#include "core/grants/delivery_model.h"

enum {
        DESK_AWAY = 256, /* satellites remembered; beyond that the one due first is forgotten, and
                            tried again */
};

/* What a worker is doing. */
struct desk_run {
        struct digest satellite; /* of its address */
        struct uuid account_id;
        struct instant began;
        bool is_taken;
};

struct desk_away {
        struct digest satellite;
        struct instant until;
        int64_t n_failures; /* in a row; zero: this entry is free */
};

/* All zeros is an idle desk. Every function may be called by any thread. */
struct delivery_desk {
        pthread_mutex_t lock;
        struct desk_run runs[LIMIT_DELIVERIES];
        struct desk_away away[DESK_AWAY];
        struct delivery_cursor cursor; /* where the next search for due deliveries continues */
        bool is_entering;              /* a worker is entering deliveries */
};

enum desk_answer {
        DESK_GO,    /* call it, then call desk_end() */
        DESK_BUSY,  /* its share, or the account's, is used up */
        DESK_LATER, /* it was unavailable recently */
};

/* The satellite to be called, and for whom. */
struct desk_call {
        struct slice address;
        const struct uuid *account_id;
};

/* With DESK_LATER, `ret_until` says when. */
enum desk_answer desk_begin(struct delivery_desk *desk, const struct desk_call *call,
                            struct instant now, struct instant *ret_until);

void desk_end(struct delivery_desk *desk, const struct desk_call *call, enum err outcome,
              struct instant now);

/* The pause after `n_failures` in a row, in seconds; shorter if the calls failed at once. */
int64_t desk_pause(int64_t n_failures);

/* Return: whether the caller may enter deliveries, until desk_enter_end(). */
bool desk_enter_begin(struct delivery_desk *desk);
void desk_enter_end(struct delivery_desk *desk);

struct delivery_cursor desk_cursor(struct delivery_desk *desk);
void desk_cursor_set(struct delivery_desk *desk, const struct delivery_cursor *cursor);
