/* SPDX-License-Identifier: Apache-2.0
 *
 * E-mail addresses, which identify people here.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* Without spaces, tabs and line breaks at both ends. */
struct slice blanks_trim(struct slice text);

/* Trimmed, ASCII-lower-cased, in the arena. Return: ERR_OK; ERR_FIELD_MALFORMED; ERR_OUT_OF_MEMORY.
 */
enum err email_normalise(struct arena *arena, struct slice text, struct slice *ret);
