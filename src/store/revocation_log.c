/* SPDX-License-Identifier: Apache-2.0
 *
 * Collecting lines, and numbering them.
 */
#include "store/revocation_log.h"

#include <stdlib.h>

#include "base/number.h"

void revocation_log_deinit(struct revocation_log *log)
{
        free(log->lines);
        *log = (struct revocation_log){0};
}

enum err revocation_log_add(struct revocation_log *log, const struct revocation_line *line)
{
        if (log->n == log->room) {
                size_t room = log->room ? log->room * 2 : 16, size;
                struct revocation_line *more = size_multiply(room, sizeof(*more), &size)
                                                       ? realloc(log->lines, size)
                                                       : NULL;

                if (!more)
                        return ERR_STORE_UNAVAILABLE;
                log->lines = more;
                log->room = room;
        }
        log->lines[log->n++] = *line;
        return ERR_OK;
}

void revocation_log_cut(struct revocation_log *log, size_t n)
{
        log->n = n < log->n ? n : log->n;
}

void revocation_log_put(struct revocation_log *log, int64_t known, int64_t last, struct buf *out)
{
        int64_t before = known;

        last = last > known ? last : known;
        for (size_t i = 0; i < log->n; i++) {
                log->lines[i].number = ++last;
                log->lines[i].before = before;
                revocation_line_put(out, &log->lines[i]);
                before = last;
        }
}
