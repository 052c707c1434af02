/* SPDX-License-Identifier: Apache-2.0
 *
 * What revocations.log tells a database, wherever its lines come from: which of them the database
 * does not know, and what is missing.
 *
 * A line names the last one that the database knew when it was written. Following these from the
 * last line that a database knows gives all lines that it knows; the others were written after it
 * was copied, or by a transaction that was not committed. So also what was written between an older
 * copy and its use without "grantd store recover" is found later.
 */
#pragma once

#include "base/arena.h"
#include "store/revocation_line.h"

struct revocation_history {
        void (*each)(void *context,
                     struct slice line); /* gets the lines instead; NULL: none does */
        void *context;

        struct arena *arena;
        int64_t known; /* the last line that the database knows; 0: none */
        struct revocation_line *lines;
        size_t n, room;
        bool is_missing;      /* there is no log; set by whoever reads it */
        int64_t n_unreadable; /* behind the last readable line that is known by its number */
};

#define REVOCATION_HISTORY(arena_, known_)                                                         \
        {                                                                                          \
                .arena = (arena_), .known = (known_)                                               \
        }

/* The next line, without its newline. Empty ones are nothing. */
void revocation_history_add(struct revocation_history *history, struct slice text);

/* What the lines say together. */
struct revocation_findings {
        struct revocation_line *lines; /* that the database does not know, in their order */
        size_t n;
        int64_t last;         /* the highest number; 0: none */
        int64_t last_feed;    /* of all lines */
        int64_t n_lost;       /* that must have been there */
        int64_t n_duplicates; /* of numbers that are there already */
        bool is_older;        /* it ends before what the database knows */
};

/* Sorts the lines. The findings' lines are in the arena. */
void revocation_history_judge(struct revocation_history *history, struct revocation_findings *ret);
