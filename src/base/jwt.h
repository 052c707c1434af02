/* SPDX-License-Identifier: Apache-2.0
 *
 * The wire format of a JWT: RFC 7515 and RFC 7519, as strict as RFC 8725. What it claims, and whose
 * signature it has, is for the caller to check.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/signature.h"

struct jwt {
        enum jwt_algorithm algorithm;
        struct slice key_id;        /* `kid`; absent if there is none */
        struct slice signing_input; /* header.payload, as sent */
        struct slice payload;       /* decoded; a JSON object only if jwt_object_read() says so */
        struct slice signature;     /* of a size that the algorithm has */
};

/* "ES256"; static. NULL for JWT_NO_ALGORITHM. */
const char *jwt_algorithm_text(enum jwt_algorithm algorithm);

/* Return: the algorithm of this name; JWT_NO_ALGORITHM: there is none. */
enum jwt_algorithm jwt_algorithm_of(struct slice text);

/* Checks the segments, strict base64url, the header, and that its algorithm is one of
 * `algorithms`, a set of JWT_BIT(). The caller bounds the size of `text`. The result is in the
 * arena. Return: ERR_OK; ERR_JWT_MALFORMED; ERR_JWT_ALGORITHM; ERR_JWT_HEADER; ERR_OUT_OF_MEMORY.
 */
enum err jwt_parse(struct slice text, unsigned algorithms, struct arena *arena, struct jwt *ret);

/* Reads one JSON object in strict UTF-8, without duplicate members, of at most LIMIT_JWT bytes. A
 * number may be any. Return: ERR_OK; ERR_JWT_MALFORMED; ERR_OUT_OF_MEMORY. */
enum err jwt_object_read(struct slice text, json_t **ret);

/* Whether the member is text equal to `expected`. */
bool jwt_is_text(const json_t *json, struct slice expected);

/* Whether the member is a list with that text. */
bool jwt_lists(const json_t *json, struct slice expected);
