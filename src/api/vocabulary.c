/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of vocabulary.def.
 */
#include "api/vocabulary.h"

static const struct wire_word words[ERR_COUNT_] = {
#define WORD(name, status, code) [ERR_##name] = {status, code},
#include "api/vocabulary.def"
#undef WORD
};

enum {
        N_WORDS = 0
#define WORD(name, status, code) +1
#include "api/vocabulary.def"
#undef WORD
};
_Static_assert(N_WORDS == ERR_COUNT_ - 1, "each outcome of base/error.def has its word");

const struct vocabulary vocabulary_grantd = {words};
