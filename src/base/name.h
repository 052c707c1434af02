/* SPDX-License-Identifier: Apache-2.0
 *
 * Names by which people tell applications and each other apart: one must not look like another, or
 * like nothing.
 */
#pragma once

#include "base/arena.h"

/* Whether a name is what it looks like: plain text, something to see in it, nothing that cannot be
 * seen, and within a word letters of one of the alphabets that look alike (Latin, Greek, Cyrillic
 * and others). Joiners may stand where a script or an emoji needs them. Names written in one such
 * alphabet throughout are not compared with those of another. An empty name is clear. */
bool name_is_clear(struct slice name);

/* How a name that was taken before there was this rule is shown to others: as it is if it is clear;
 * else what is not ASCII is replaced by U+FFFD. Return: the name, or a text in the arena. */
struct slice name_shown(struct arena *arena, struct slice name);
