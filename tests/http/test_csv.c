/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells of comma-separated values.
 */
#include "http/csv.h"

#include "test.h"

static void check_cell(const char *text, const char *expected)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(256);

        csv_cell(&out, slice_from_string(text), false);
        CHECK_TEXT(buf_slice(&out), expected);
}

TEST(plain_cells_stay_as_they_are)
{
        check_cell("read bucket:photos", "read bucket:photos,");
        check_cell("", ",");
        check_cell("a'b", "a'b,");
}

TEST(what_would_end_a_cell_is_quoted)
{
        check_cell("a,b", "\"a,b\",");
        check_cell("a\"b", "\"a\"\"b\",");
        check_cell("a\r\nb", "\"a\r\nb\",");
}

TEST(what_would_be_a_formula_is_made_text)
{
        check_cell("=1+1", "'=1+1,");
        check_cell("+1", "'+1,");
        check_cell("-1", "'-1,");
        check_cell("@SUM(A1)", "'@SUM(A1),");
        check_cell("\t=1", "'\t=1,");
        check_cell("=\"a\",1", "\"'=\"\"a\"\",1\",");
        check_cell("1=1", "1=1,");
}

TEST(the_last_cell_ends_the_line)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(256);

        csv_cell(&out, SLICE("a"), false);
        csv_cell(&out, SLICE("b"), true);
        CHECK_TEXT(buf_slice(&out), "a,b\r\n");
}
