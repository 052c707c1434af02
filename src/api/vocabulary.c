/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of vocabulary.def, vocabulary_rfc6749.def and vocabulary_rfc7591.def.
 */
#include "api/vocabulary.h"

#include <stddef.h>

#define WORD(name, status, code) [ERR_##name] = {status, code},

static const struct wire_word words[ERR_COUNT_] = {
#include "api/vocabulary.def"
};

#define CLIENT_REFUSED 400
static const struct wire_word words_rfc6749[ERR_COUNT_] = {
#include "api/vocabulary_rfc6749.def"
};
#undef CLIENT_REFUSED

#define CLIENT_REFUSED 401
static const struct wire_word words_rfc6749_basic[ERR_COUNT_] = {
#include "api/vocabulary_rfc6749.def"
};

/* Only those that differ from RFC 6749's. */
static const struct wire_word words_rfc7591[ERR_COUNT_] = {
#include "api/vocabulary_rfc7591.def"
};

#undef WORD
#define WORD(name, status, code) +1

enum {
        N_WORDS = 0
#include "api/vocabulary.def"
        ,
        N_WORDS_RFC6749 = 0
#include "api/vocabulary_rfc6749.def"
};
_Static_assert(N_WORDS == ERR_COUNT_ - 1 && N_WORDS_RFC6749 == N_WORDS,
               "each outcome of base/error.def has its word in each vocabulary");

#define BEARER "Bearer realm=\"grantd\""
const struct vocabulary vocabulary_grantd = {words, BEARER, NULL, .is_strict = true};
const struct vocabulary vocabulary_rfc6749 = {words_rfc6749, BEARER, NULL};
const struct vocabulary vocabulary_rfc6749_basic = {words_rfc6749_basic, "Basic realm=\"grantd\"",
                                                    NULL};
const struct vocabulary vocabulary_bearer = {words_rfc6749, "Bearer error=\"invalid_token\"", NULL};
const struct vocabulary vocabulary_rfc7591 = {words_rfc7591, BEARER, &vocabulary_rfc6749};
