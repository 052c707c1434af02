/* SPDX-License-Identifier: Apache-2.0
 *
 * An account's second factor, as it is stored.
 */
#pragma once

#include "base/clock.h"
#include "base/encode.h"
#include "base/secret.h"

enum { N_RECOVERY_CODES = 10 };

/* What makes codes by time (core/people/factor/totp.h). */
struct totp {
        struct slice sealed_secret;
        struct instant
                confirmed_at;     /* zero: no code of it was entered yet, and none is asked for */
        bool at_consent;          /* whether each consent takes a code */
        int64_t last_step;        /* of the last code that was accepted */
        int64_t n_recovery_codes; /* read only: that are left */
};

/* A code that is good once, where the phone is lost. */
struct recovery_code {
        struct uuid id;
        struct digest digest; /* core/people/factor/recovery_code.h */
};

struct recovery_codes {
        struct recovery_code items[N_RECOVERY_CODES];
};

struct totp_confirmation {
        struct slice sealed_secret; /* whose code was entered */
        int64_t step;               /* of that code */
        struct recovery_codes codes;
        struct uuid spared; /* the session that stays valid */
};

struct totp_use {
        struct uuid account_id;
        int64_t step;
};

struct recovery_code_use {
        struct uuid account_id;
        struct digest digest;
};
