/* SPDX-License-Identifier: Apache-2.0
 *
 * revocations.log: the first line is the number that the database knows, the rest the log. What is
 * read is written unchanged, and no line is found twice or invented.
 */
#include "base/arena.h"
#include "base/macros.h"
#include "base/number.h"
#include "fuzz.h"
#include "store/revocation_history.h"

/* A line has one form only. */
static void check_form(struct slice text)
{
        struct buf again CLEANUP(buf_deinit) = BUF_INIT(REVOCATION_LINE);
        struct revocation_line line;

        if (!revocation_line_read(text, &line))
                return;
        if (text.data[text.size - 1] == '\r')
                text.size--;
        REQUIRE(line.before < line.number && line.kind < LOG_KINDS);
        revocation_line_put(&again, &line);
        REQUIRE(!again.failed && slice_equal(slice_to(buf_slice(&again), again.size - 1), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(64 << 20);
        struct revocation_history history = REVOCATION_HISTORY(&arena, 0);
        struct slice rest = slice_new(data, size);
        struct revocation_findings findings;

        if (!int64_parse(next_line(&rest), &history.known) || history.known < 0)
                history.known = 0;
        while (rest.size) {
                struct slice text = next_line(&rest);

                check_form(text);
                revocation_history_add(&history, text);
        }
        revocation_history_judge(&history, &findings);
        REQUIRE(findings.n <= history.n);
        REQUIRE(findings.n_lost >= 0 && findings.n_duplicates >= 0 && findings.last >= 0);
        REQUIRE(findings.n_duplicates <= (int64_t)findings.n);
        return 0;
}
