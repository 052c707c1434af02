/* SPDX-License-Identifier: Apache-2.0
 *
 * Unicode's normal forms, so that texts that look the same are the same bytes whatever keyboard
 * they were typed on. Nothing is kept outside the arena.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

/* Normalization Form C. The time grows with the square of the size, so the caller bounds it.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: it is not UTF-8; ERR_OUT_OF_MEMORY. */
enum err text_compose(struct arena *arena, struct slice text, struct slice *ret);

/* The same with upper and lower case made equal, for comparing. */
enum err text_fold(struct arena *arena, struct slice text, struct slice *ret);
