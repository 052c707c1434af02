/* SPDX-License-Identifier: Apache-2.0
 *
 * A row that decodes one field of a request, and what it decodes to.
 */
#pragma once

#include "base/encode.h"
#include "base/error.h"
#include "base/secret.h"

enum field_kind {
        FIELD_TEXT,      /* struct slice: UTF-8 without NUL; `maximum` bytes */
        FIELD_NAME,      /* struct slice: without control and bidi control characters; characters */
        FIELD_ASCII,     /* struct slice: printable ASCII, 0x20 to 0x7e; bytes */
        FIELD_UUID,      /* struct field_uuid: lower case */
        FIELD_SECRET,    /* struct secret: as FIELD_TEXT */
        FIELD_BASE64,    /* struct slice: decoded; `maximum` bytes decoded */
        FIELD_BASE64URL, /* the same in base64url */
        FIELD_INTEGER,   /* struct field_integer: from `minimum` to `maximum` */
        FIELD_BOOLEAN,   /* enum field_boolean */
        FIELD_TEXTS,     /* struct field_texts: at most `count` texts of `maximum` bytes each; in a
                            query   or form, a parameter that may be repeated */
        FIELD_OBJECT,    /* struct slice: a JSON object as text; `maximum` bytes of it */
        FIELD_ARRAY,     /* struct slice: a JSON array as text; `maximum` bytes of it. In a query or
                            form any text, which whoever reads it finds out */
        FIELD_REFUSED,   /* nothing: a field that is present is `malformed` */
};

enum field_flags {
        FIELD_REQUIRED = 1, /* absent or empty is refused; an empty list is empty too */
        FIELD_NULLABLE = 2, /* FIELD_INTEGER: null is not the same as absent */
        FIELD_ONE_TEXT = 4, /* FIELD_TEXTS: one string is a list of one */
        FIELD_WORDS = 8, /* FIELD_TEXTS: one string is a list of words with spaces between them */
};

struct field {
        const char *name;
        enum field_kind kind;
        size_t offset;
        unsigned flags;
        int64_t maximum;    /* required for texts, secrets, base64 and integers */
        int64_t minimum;    /* FIELD_INTEGER */
        size_t count;       /* FIELD_TEXTS */
        enum err too_long;  /* instead of ERR_FIELD_TOO_LONG; the response then names no field */
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
