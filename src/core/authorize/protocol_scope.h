/* SPDX-License-Identifier: Apache-2.0
 *
 * The words in the scope of a request that are not about storage. They are read apart from the
 * scope, and kept as a set of bits beside it.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum protocol_scope {
#define PROTOCOL_SCOPE(name, bit, word) PROTOCOL_##name = 1 << (bit),
#include "core/authorize/protocol_scope.def"
#undef PROTOCOL_SCOPE
        PROTOCOL_DETAILS = 1 << 30, /* no word: the application asked by authorization_details, and
                                       is answered in them (RFC 9396) */
};

/* All of them, in the order in which they are written. */
struct texts protocol_scope_words(void);

/* Splits a list as it was received into those words, and the rest in its order. Return: ERR_OK;
 * ERR_OUT_OF_MEMORY. */
enum err protocol_scopes_split(struct arena *arena, struct texts list, unsigned *ret_set,
                               struct texts *ret_rest);

/* Scopes of storage in stored form, and behind them these words. */
struct slice protocol_scopes_append(struct arena *arena, struct slice scope, unsigned set);
