/* SPDX-License-Identifier: Apache-2.0
 *
 * Names by which people tell applications and each other apart. A name must not look like another
 * one, or be invisible.
 */
#pragma once

#include "base/arena.h"

/* Whether a name is what it looks like: plain text with visible characters, no invisible ones, and
 * within a word letters of only one of the alphabets that look alike (Latin, Greek, Cyrillic and
 * others). Joiners are allowed where a script or an emoji needs them. Names written wholly in
 * different alphabets are not compared with each other. An empty name is clear. */
bool name_is_clear(struct slice name);

/* How a name stored before this rule existed is shown to others: unchanged if it is clear;
 * otherwise with U+FFFD for every character outside ASCII. Return: the name, or a text in the
 * arena. */
struct slice name_shown(struct arena *arena, struct slice name);
