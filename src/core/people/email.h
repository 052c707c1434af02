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

/* A whole address or the beginning of one as it is kept: trimmed, ASCII-lower-cased, in the arena.
 * Return: absent without memory. */
struct slice email_lower(struct arena *arena, struct slice text);

/* The same of a whole one. Return: ERR_OK; ERR_FIELD_MALFORMED; ERR_OUT_OF_MEMORY. */
enum err email_normalise(struct arena *arena, struct slice text, struct slice *ret);
