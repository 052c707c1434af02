/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by all fuzz targets. Each target is built twice: with libFuzzer, and with replay.c, which
 * runs it over its corpus.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input. */
#define REQUIRE(condition)                                                                         \
        do {                                                                                       \
                if (!(condition)) {                                                                \
                        fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
                        abort();                                                                   \
                }                                                                                  \
        } while (0)

/* The next line of an input that has several parts. */
static inline struct slice next_line(struct slice *rest)
{
        struct slice line;

        (void)slice_cut(rest, '\n', &line);
        return line;
}
