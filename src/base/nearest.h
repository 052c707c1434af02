/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean ...?": the known name that is nearest to a mistyped one.
 *
 *      struct nearest nearest = {.word = SLICE("acount")};
 *
 *      for (size_t i = 0; i < n; i++)
 *              nearest_try(&nearest, names[i]);
 *      if (nearest_found(&nearest)) ...
 */
#pragma once

#include "base/slice.h"

struct nearest {
        struct slice word;
        const char *name; /* of those tried; NULL: none was */
        size_t distance;  /* how many letters must be changed, added or dropped */
};

void nearest_try(struct nearest *nearest, const char *name);

/* Return: the nearest name if the word looks like a slip of it; otherwise NULL. */
const char *nearest_found(const struct nearest *nearest);
