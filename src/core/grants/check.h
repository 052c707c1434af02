/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks for a storage service whether an API key allows an action: its chain of signatures, its
 * caveats, and whether it was revoked (docs/protocol/http.md 7.2).
 */
#pragma once

#include <accessgrant.h>

#include "core/op.h"
#include "core/store.h"

struct grant_check_form {
        struct secret api_key;      /* its text; or else: */
        struct secret access_grant; /* only its API key is checked */
        enum ag_op op;
        struct slice bucket;
        struct slice encrypted_path;
        struct ag_time time;
};

/* Why a key is not valid; if several reasons apply, the first in this list. */
enum check_reason {
        CHECK_GOOD,
        CHECK_MALFORMED,
        CHECK_UNKNOWN_KEY, /* no project here has this key */
        CHECK_BAD_CHAIN,
        CHECK_NOT_RECORDED, /* genuine, but not a grant that was issued here */
        CHECK_REVOKED,
        CHECK_EXPIRED,
        CHECK_NOT_YET_VALID,
        CHECK_OP_DENIED,
        CHECK_PATH_DENIED,
};

struct grant_verdict {
        enum check_reason reason;
        bool is_whole; /* false: an imported key, for which we know only revocation and expiry */
        bool has_grant;
        struct uuid grant_id; /* the grant that it is or was derived from */
        bool is_itself;       /* it is that grant, as it was issued */
        struct instant until; /* when it expires; zero: never */
};

/* "malformed", "unknown_key" ...; NULL for CHECK_GOOD. */
const char *check_reason_text(enum check_reason reason);

/* "read", "write" ... as docs/protocol/http.md 7.2 names operations. Return: false: there is no
 * such operation. */
bool check_op_decode(struct slice name, enum ag_op *ret);

/* Writes nothing. Return: ERR_OK, with the verdict; faults. */
enum err grant_check(struct op *op, const struct grant_check_form *form, struct grant_verdict *ret);
