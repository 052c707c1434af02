/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations to be delivered to satellites, as stored.
 */
#pragma once

#include "base/error.h"
#include "core/model.h"

/* Where reading the due deliveries continues: after this one. Zeros: from the first. */
struct delivery_cursor {
        struct instant next_at;
        struct uuid grant_id;
};

/* A delivery that is due, with its satellite and account. */
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

/* A delivery that one node leases for a while. */
struct delivery_lease {
        struct uuid grant_id;
        struct instant until;
};

/* Until when deliveries are postponed. */
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

/* The backlog of work at satellites. */
struct delivery_waiting {
        bool is_due; /* something is due now */
        int64_t n_pending;
        int64_t n_failed;
        struct instant oldest; /* of the pending ones; zero: none */
};
