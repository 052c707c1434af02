/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorting by number and following the lines back; n log n of the lines.
 */
#include "store/revocation_history.h"

#include <stdlib.h>

#include "base/macros.h"

/* Doubles the array as lines come. */
static void line_add(struct revocation_history *history, const struct revocation_line *line)
{
        if (history->n == history->room) {
                size_t room = history->room ? history->room * 2 : 64;
                struct revocation_line *more =
                        arena_array(history->arena, room, struct revocation_line);

                if (!more)
                        return; /* whoever has the arena notices */
                if (history->n)
                        memcpy(more, history->lines, history->n * sizeof(more[0]));
                history->lines = more;
                history->room = room;
        }
        history->lines[history->n++] = *line;
}

void revocation_history_add(struct revocation_history *history, struct slice text)
{
        struct revocation_line line;

        if (history->each) {
                history->each(history->context, text);
                return;
        }
        if (slice_is_empty(text) || slice_equal(text, SLICE("\r")))
                return;
        if (!revocation_line_read(text, &line)) {
                history->n_unreadable++;
                return;
        }
        if (line.number <= history->known)
                history->n_unreadable = 0;
        line_add(history, &line);
}

static int number_compare(const void *a, const void *b)
{
        int64_t left = ((const struct revocation_line *)a)->number;
        int64_t right = ((const struct revocation_line *)b)->number;

        return (left > right) - (left < right);
}

/* The index of the first line of at least this number. */
static size_t place_of(const struct revocation_history *history, int64_t number)
{
        size_t from = 0, to = history->n;

        while (from < to) {
                size_t middle = from + (to - from) / 2;

                if (history->lines[middle].number < number)
                        from = middle + 1;
                else
                        to = middle;
        }
        return from;
}

/* Takes the lines between two numbers, both of which are excluded. */
static void range_take(const struct revocation_history *history, int64_t after, int64_t before,
                       struct revocation_findings *findings)
{
        int64_t at = after;

        for (size_t i = place_of(history, after + 1);
             i < history->n && history->lines[i].number < before; i++) {
                const struct revocation_line *line = &history->lines[i];

                if (line->number == at)
                        findings->n_duplicates++;
                else
                        findings->n_lost += line->number - at - 1;
                at = line->number;
                findings->lines[findings->n++] = *line;
        }
        findings->n_lost += before - at - 1;
}

/* What stands between the lines that the database knows. Nothing is said of what lies before a
 * restore, which replayed it, nor before the beginning of a log that was cut there. */
static void known_follow(const struct revocation_history *history,
                         struct revocation_findings *findings)
{
        int64_t start = history->n ? history->lines[0].number - 1 : 0;
        int64_t at = history->known;

        while (at > start) {
                size_t i = place_of(history, at);
                int64_t before;

                if (i == history->n || history->lines[i].number != at ||
                    history->lines[i].kind == LOG_restored)
                        return;
                before = history->lines[i].before > start ? history->lines[i].before : start;
                range_take(history, before, at, findings);
                at = before;
        }
}

void revocation_history_judge(struct revocation_history *history, struct revocation_findings *ret)
{
        struct revocation_findings findings = {
                .lines = arena_array(history->arena, history->n + 1, struct revocation_line)};

        *ret = (struct revocation_findings){0};
        if (!findings.lines)
                return;
        for (size_t i = 0; i < history->n; i++)
                if (history->lines[i].feed > findings.last_feed)
                        findings.last_feed = history->lines[i].feed;
        if (history->n)
                qsort(history->lines, history->n, sizeof(history->lines[0]), number_compare);
        if (history->n)
                findings.last = history->lines[history->n - 1].number;
        findings.is_older = !history->is_missing && findings.last < history->known;
        known_follow(history, &findings);
        if (findings.last > history->known)
                range_take(history, history->known, findings.last + 1, &findings);
        *ret = findings;
}
