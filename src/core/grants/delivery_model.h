/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations on their way to satellites, as the store keeps them.
 */
#pragma once

#include "base/error.h"
#include "core/model.h"

/* Where a look at the due deliveries goes on: behind this one. Zeros: before the first. */
struct delivery_cursor {
        struct instant next_at;
        struct uuid grant_id;
};

/* A delivery that is due, and whom it concerns. */
struct delivery_due {
        struct uuid grant_id;
        struct uuid account_id;
        struct instant next_at;
        struct instant ends_at; /* of the grant; zero: no end */
        struct slice satellite_address;
};
struct delivery_due_list LIST_OF(struct delivery_due);

struct delivery_page {
        struct delivery_cursor after;
        int64_t limit;
};

/* A delivery that one node takes for a while. */
struct delivery_lease {
        struct uuid grant_id;
        struct instant until;
};

/* Until when a delivery is put off. */
struct delivery_delay {
        struct uuid grant_id;
        struct instant next_at;
};

struct delivery_delay_list {
        const struct delivery_delay *items;
        size_t n;
};

/* A revocation that is due at a satellite. */
struct delivery_task {
        struct uuid grant_id;
        struct uuid account_id;
        struct uuid client_id;  /* the public one; zeros: the owner's own grant */
        struct instant ends_at; /* of the grant; zero: no end */
        struct slice sealed_tail;
        struct slice sealed_caveat;
        struct project project; /* its id, satellite_address and sealed_api_key only */
        int64_t n_attempts;     /* this one among them */
};

/* The result of an attempt at delivering. */
struct delivery_result {
        struct uuid grant_id;
        enum delivery_state state;
        struct instant next_at; /* when to try again; zero: never */
        enum err outcome;       /* of this attempt */
};

/* What waits to be done at satellites. */
struct delivery_waiting {
        bool is_due; /* something can be done now */
        int64_t n_pending;
        int64_t n_failed;
        struct instant oldest; /* of what is pending; zero: nothing is */
};
