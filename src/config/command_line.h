/* SPDX-License-Identifier: Apache-2.0
 *
 * A command in a setting, split into words as a shell would do it, but without a shell: blanks
 * separate words, '...' and "..." quote them, and nothing is expanded.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

enum { LIMIT_WORDS = 32 };

/* `ret_words` ends with NULL; words and array live in the arena.
 * Return: false: a quote is not closed, there is no word, or there are more than LIMIT_WORDS. */
bool command_line_split(struct arena *arena, struct slice text, char ***ret_words);
