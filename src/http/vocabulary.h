/* SPDX-License-Identifier: Apache-2.0
 *
 * How outcomes are told on the wire. What the core decides is the same for every client; which
 * status and which code tell it depends on the vocabulary that the client speaks.
 */
#pragma once

#include "base/error.h"

struct wire_word {
        int status;       /* HTTP */
        const char *code; /* the `error` field of the response */
};

/* A word for each outcome; ERR_OK has none. */
struct vocabulary {
        const struct wire_word *words; /* ERR_COUNT_ of them */
};

/* The word for a refusal or fault; ERR_OK, which is none, is told as ERR_INTERNAL. */
static inline const struct wire_word *vocabulary_word(const struct vocabulary *vocabulary,
                                                      enum err error)
{
        return &vocabulary->words[error > ERR_OK && error < ERR_COUNT_ ? error : ERR_INTERNAL];
}
