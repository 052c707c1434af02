/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations on their way to satellites, as the store keeps them.
 */
#pragma once

#include "base/error.h"
#include "core/model.h"

/* A place in the row of due deliveries: behind this one. Zeros: before the first. */
struct delivery_place {
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

/* Until when a delivery is put off. */
struct delivery_later {
        struct uuid grant_id;
        struct instant next_at;
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

/* What became of an attempt at delivering. */
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
