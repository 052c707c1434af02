/* SPDX-License-Identifier: Apache-2.0
 *
 * The user's decision on a request (docs/protocol/http.md 5.3): a code, or a refusal.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

enum consent_answer {
        CONSENT_BY_LISTS, /* approved if anything is */
        CONSENT_APPROVE,
        CONSENT_REFUSE,
};

enum consent_lifetime {
        LIFETIME_DEFAULT,
        LIFETIME_SECONDS,
        LIFETIME_NO_END,
};

struct consent_form {
        struct uuid request_id;
        struct texts approved;
        struct texts rejected;
        enum consent_answer answer;
        const struct uuid *project_id; /* NULL: the account's oldest */
        enum consent_lifetime lifetime;
        int64_t seconds; /* with LIFETIME_SECONDS */
        struct secret passphrase;
        struct secret code;                   /* of the second factor; absent: none */
        struct authentication authentication; /* of the person who decides */
};

/* The URI the browser goes to, and the code if one was issued. Neither if a device asked: it gets
 * the access when it polls. */
struct consent_result {
        struct slice redirect_uri;
        struct secret code; /* absent: refused, or a device's */
};

/* Return: ERR_OK, also for a refusal by the user; ERR_INVALID_REQUEST_ID; ERR_FORBIDDEN;
 *         ERR_REQUEST_EXPIRED; ERR_REQUEST_NOT_PENDING; ERR_LOGIN_REQUIRED; ERR_PROOF_OLD: with a
 * passphrase; as factor_check_consent(); ERR_CLIENT_INACTIVE;
 * ERR_CONSENT_EMPTY; ERR_SCOPE_*; ERR_PROJECT_KEY_*; ERR_NOT_FOUND; ERR_DETAILS_PROJECT;
 * ERR_FIELD_RANGE and
 * ERR_LIFETIME_TOO_LONG (expires_in); ERR_GRANT_TOO_LONG; ERR_BUSY; faults. On any of these
 * failures the request is unchanged.
 */
enum err consent_decide(struct op *op, const struct consent_form *form, struct consent_result *ret);
