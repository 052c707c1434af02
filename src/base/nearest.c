/* SPDX-License-Identifier: Apache-2.0
 *
 * The Levenshtein distance.
 */
#include "base/nearest.h"

#include "base/macros.h"

static size_t distance(struct slice a, struct slice b)
{
        size_t row[64];

        if (a.size >= ARRAY_SIZE(row) || b.size >= ARRAY_SIZE(row))
                return ARRAY_SIZE(row);
        for (size_t k = 0; k <= b.size; k++)
                row[k] = k;
        for (size_t i = 0; i < a.size; i++) {
                size_t diagonal = row[0];

                row[0] = i + 1;
                for (size_t k = 0; k < b.size; k++) {
                        size_t best = diagonal + (a.data[i] != b.data[k]);

                        if (row[k] + 1 < best)
                                best = row[k] + 1;
                        if (row[k + 1] + 1 < best)
                                best = row[k + 1] + 1;
                        diagonal = row[k + 1];
                        row[k + 1] = best;
                }
        }
        return row[b.size];
}

void nearest_try(struct nearest *nearest, const char *name)
{
        size_t here = distance(nearest->word, slice_from_string(name));

        if (nearest->name && here >= nearest->distance)
                return;
        nearest->name = name;
        nearest->distance = here;
}

/* A third of the letters may be wrong, but not a short word as a whole. */
const char *nearest_found(const struct nearest *nearest)
{
        return nearest->name && nearest->distance <= (nearest->word.size + 2) / 3 &&
                               nearest->distance < nearest->word.size
                       ? nearest->name
                       : NULL;
}
