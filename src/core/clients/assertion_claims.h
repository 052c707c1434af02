/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of a client's JWT that are checked (docs/protocol/http.md 6.2). Nearly every payload
 * is a flat object of these alone, of plain text and integers: it is read where it stands, without
 * a tree. jansson reads all others, and every one that is refused.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/slice.h"

enum assertion_claim {
        ASSERTION_AUD,
        ASSERTION_CLIENT_ID,
        ASSERTION_EXP,
        ASSERTION_IAT,
        ASSERTION_ISS,
        ASSERTION_JTI,
        ASSERTION_NBF,
        ASSERTION_SUB,
        ASSERTION_CLAIMS, /* how many */
};

enum assertion_kind {
        ASSERTION_ABSENT = 0,
        ASSERTION_TEXT,
        ASSERTION_NUMBER,
        ASSERTION_OTHER, /* a list, an object, true, false, null */
};

struct assertion_value {
        enum assertion_kind kind;
        struct slice text;
        double number;
        const json_t *other;
};

/* Borrows from the payload, and from its own tree. */
struct assertion_claims {
        struct assertion_value of[ASSERTION_CLAIMS];
        json_t *tree; /* NULL: was not needed */
};

void assertion_claims_deinit(struct assertion_claims *claims);

/* Reads the claims of a payload, which must be as for jwt_object_read().
 * Return: ERR_OK; ERR_JWT_MALFORMED; ERR_OUT_OF_MEMORY. */
enum err assertion_claims_read(struct slice payload, struct assertion_claims *ret);
