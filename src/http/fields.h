/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that decode a JSON object or a query string into a struct, so that handlers see only valid
 * values. Unknown fields are ignored; a field twice is refused; an empty string and a JSON null
 * count as absent. What is decoded lives in the call's arena.
 *
 *      static const struct field fields[] = {
 *              {"client_id", FIELD_UUID, offsetof(struct form, client_id), .flags =
 * FIELD_REQUIRED},
 *              {"name", FIELD_NAME, offsetof(struct form, name), .maximum = LIMIT_NAME},
 *              {"grant_type", FIELD_REFUSED, .malformed = ERR_GRANT_TYPE},
 *      };
 */
#pragma once

#include "base/encode.h"
#include "base/error.h"
#include "base/secret.h"
#include "http/call.h"

enum field_kind {
        FIELD_TEXT,    /* struct slice: UTF-8 without NUL; `maximum` bytes */
        FIELD_NAME,    /* struct slice: without control and bidi control characters; characters */
        FIELD_ASCII,   /* struct slice: printable ASCII, 0x20 to 0x7e; bytes */
        FIELD_UUID,    /* struct field_uuid: lower case */
        FIELD_SECRET,  /* struct secret: as FIELD_TEXT */
        FIELD_BASE64,  /* struct slice: decoded; `maximum` bytes decoded */
        FIELD_INTEGER, /* struct field_integer: from `minimum` to `maximum` */
        FIELD_BOOLEAN, /* enum field_boolean */
        FIELD_TEXTS,   /* struct field_texts: at most `count` texts of `maximum` bytes each */
        FIELD_REFUSED, /* nothing: a field that is there at all is `malformed` */
};

enum field_flags {
        FIELD_REQUIRED = 1, /* absent or empty is refused; an empty list is empty too */
        FIELD_NULLABLE = 2, /* FIELD_INTEGER: null is told apart from absent */
        FIELD_ONE_TEXT = 4, /* FIELD_TEXTS: one string is a list of one */
};

struct field {
        const char *name;
        enum field_kind kind;
        size_t offset;
        unsigned flags;
        int64_t maximum;    /* always needed for texts, secrets, base64 and integers */
        int64_t minimum;    /* FIELD_INTEGER */
        size_t count;       /* FIELD_TEXTS */
        enum err too_long;  /* instead of ERR_FIELD_TOO_LONG; then the answer names no field */
        enum err malformed; /* instead of ERR_FIELD_MALFORMED, _TEXT, _RANGE; the same */
};

struct field_uuid {
        bool present;
        struct uuid value;
};

struct field_integer {
        bool present; /* false for null too */
        bool null;
        int64_t value;
};

enum field_boolean {
        FIELD_UNSET,
        FIELD_FALSE,
        FIELD_TRUE,
};

struct field_texts {
        bool present; /* an empty list is present */
        struct slice *texts;
        size_t n_texts;
};

/* Decodes the body into the zeroed struct `ret_form`. A body of no bytes is an object without
 * fields, whatever its type. On a refusal that concerns a field, `call->problem_field` names it,
 * and `ret_form` is not to be read.
 * Return: ERR_OK; ERR_UNSUPPORTED_MEDIA_TYPE: not application/json; ERR_BODY_NOT_JSON;
 * ERR_JSON_DUPLICATE; ERR_JSON_TOO_DEEP; ERR_FIELD_MISSING, _TYPE, _TOO_LONG, _MALFORMED, _RANGE,
 * _TEXT; what a row puts in the place of these. */
enum err fields_decode_json(struct http_call *call, const struct field *fields, size_t n_fields,
                            void *ret_form);

/* The same for the query string; "+" is a space, numbers are decimal, booleans true and false.
 * There is no FIELD_TEXTS here.
 * Return: as above, without those about JSON; a parameter twice is ERR_JSON_DUPLICATE. */
enum err fields_decode_query(struct http_call *call, const struct field *fields, size_t n_fields,
                             void *ret_form);

/* The text of one value of a query: percent-decoded, with "+" for a space as browsers write it. It
 * lives in the arena; an empty one is not absent. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err query_decode(struct arena *arena, struct slice encoded, struct slice *ret_text);
