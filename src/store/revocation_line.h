/* SPDX-License-Identifier: Apache-2.0
 *
 * One line of revocations.log:
 *
 *      v2 17 16 grant 0197b3c1-... 1767225600000 4 5f0e3c1a9b7d2e48
 *
 * the version of the format; the line's number; the last number that the database knew before; what
 * was taken away, an enum log_kind; the id of the grant, client, secret, project, account or token;
 * unix milliseconds; the number in the feed of revocations, 0 if there is none; a check over all
 * that stands before it.
 */
#pragma once

#include "base/buf.h"
#include "core/model.h"

enum { REVOCATION_LINE = 192 }; /* bytes at most, with its newline */

struct revocation_line {
        int64_t number; /* from 1 on */
        int64_t before; /* less than the number */
        enum log_kind kind;
        struct uuid id;
        struct instant at; /* of a secret: its end */
        int64_t feed;
};

/* Writes it with its newline. */
void revocation_line_put(struct buf *out, const struct revocation_line *line);

/* Reads a line without its newline; a carriage return at its end is allowed.
 * Return: false for anything that was not written like this. */
bool revocation_line_read(struct slice text, struct revocation_line *ret);
