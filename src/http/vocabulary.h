/* SPDX-License-Identifier: Apache-2.0
 *
 * How outcomes are reported over HTTP. The core's outcomes are the same for every client; their
 * status and code depend on the vocabulary that the client uses.
 */
#pragma once

#include "base/error.h"

struct wire_word {
        int status;       /* HTTP */
        const char *code; /* the `error` field of the response */
};

/* The status and code of each outcome; ERR_OK has none. */
struct vocabulary {
        const struct wire_word *words; /* ERR_COUNT_ of them */
        const char *challenge;         /* WWW-Authenticate of a 401 */
        const struct vocabulary *base; /* has those that have no code here; NULL: none lack one */
        bool is_strict; /* refuses fields that are spelled almost like known ones, which RFC 6749
                           and 7591 would ignore */
};

/* The status and code of a refusal or fault; ERR_OK has none, and is reported as ERR_INTERNAL. */
static inline const struct wire_word *vocabulary_word(const struct vocabulary *vocabulary,
                                                      enum err error)
{
        enum err told = error > ERR_OK && error < ERR_COUNT_ ? error : ERR_INTERNAL;

        while (!vocabulary->words[told].code && vocabulary->base)
                vocabulary = vocabulary->base;
        return &vocabulary->words[told];
}
