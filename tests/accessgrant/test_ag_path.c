/* SPDX-License-Identifier: Apache-2.0
 *
 * Components of paths, and the encoding of segments.
 */
#include "ag_test.h"

#include "accessgrant/path.h"
#include "accessgrant/segment.h"

/* The components of a path, each in brackets. */
static void check_components(const char *path, const char *expected)
{
        struct buf shown CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct ag_components components = ag_components_of(slice_from_string(path));
        struct slice component;

        while (ag_components_next(&components, &component)) {
                buf_put_byte(&shown, '[');
                buf_put(&shown, component);
                buf_put_byte(&shown, ']');
        }
        CHECK_TEXT(buf_slice(&shown), expected);
}

TEST(a_path_has_a_component_more_than_slashes_or_none)
{
        check_components("", "");
        check_components("/", "[][]");
        check_components("//", "[][][]");
        check_components(" ", "[ ]");
        check_components("a", "[a]");
        check_components("/a/", "[][a][]");
        check_components("/a", "[][a]");
        check_components("a/b/c/d", "[a][b][c][d]");
        check_components("///a//b////c/d///", "[][][][a][][b][][][][c][d][][][]");
        check_components("foo/", "[foo][]");
}

TEST(a_path_begins_with_whole_components)
{
        static const struct {
                const char *path, *start;
                bool begins;
                const char *next; /* NULL: nothing is left */
        } rows[] = {
                {"a/b", "a", true, "b"},    {"a/b", "a/b", true, NULL}, {"a/b", "", true, "a"},
                {"ab/c", "a", false, NULL}, {"a", "a/b", false, NULL},  {"", "", true, NULL},
                {"", "a", false, NULL},     {"a/", "a", true, ""},      {"a/", "a/", true, NULL},
                {"a//b", "a/", true, "b"},  {"/", "", true, ""},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct ag_components rest;
                struct slice next;

                CHECK_INT(ag_path_after(slice_from_string(rows[i].path),
                                        slice_from_string(rows[i].start), &rest),
                          rows[i].begins);
                if (!rows[i].begins)
                        continue;
                CHECK_INT(ag_components_next(&rest, &next), rows[i].next != NULL);
                if (rows[i].next)
                        CHECK_TEXT(next, rows[i].next);
        }
}

TEST(paths_are_ordered_by_components_and_parents_come_first)
{
        static const char *const sorted[] = {"", "/", "a", "a/", "a/b", "a/b/c", "a-b", "a.b", "b"};

        for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
                for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
                        int order = ag_path_compare(slice_from_string(sorted[i]),
                                                    slice_from_string(sorted[k]));

                        CHECK_INT((order > 0) - (order < 0), (i > k) - (i < k));
                }
}

TEST(segments_are_encoded_as_storj_does)
{
        static const char *const rows[][2] = {
                {"", "01"},
                {"61", "0261"},
                {"00", "020101"},
                {"2f", "022e02"},
                {"616263643132333435", "02616263643132333435"},
                {"2f2f2f2f2f", "022e022e022e022e022e02"},
                {"000000000000000000", "02010101010101010101010101010101010101"},
                {"612f61326161003162ff", "02612e026132616101013162fe02"},
                {"2f2f610061610031626761622f", "022e022e026101016161010131626761622e02"},
                {"002f6130616100316267616200", "0201012e0261306161010131626761620101"},
                {"2e2ffeff0001", "022e012e02fe01fe0201010102"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf segment CLEANUP(buf_deinit) = from_hex(rows[i][0]);
                struct buf encoded CLEANUP(buf_deinit) = from_hex(rows[i][1]);
                struct buf there CLEANUP(buf_deinit) = BUF_INIT(100);
                struct buf back CLEANUP(buf_deinit) = BUF_INIT(100);

                ag_segment_encode(buf_slice(&segment), &there);
                CHECK_HEX(buf_slice(&there), rows[i][1]);
                CHECK(ag_segment_decode(buf_slice(&encoded), &back));
                CHECK_HEX(buf_slice(&back), rows[i][0]);
        }
}

TEST(every_byte_survives_segment_encoding_without_the_three)
{
        for (unsigned byte = 0; byte < 256; byte++) {
                uint8_t segment[] = {(uint8_t)byte};
                struct buf there CLEANUP(buf_deinit) = BUF_INIT(100);
                struct buf back CLEANUP(buf_deinit) = BUF_INIT(100);

                ag_segment_encode(slice_new(segment, 1), &there);
                CHECK(!memchr(there.data, 0x00, there.size));
                CHECK(!memchr(there.data, 0x2f, there.size));
                CHECK(!memchr(there.data, 0xff, there.size));
                CHECK(ag_segment_decode(buf_slice(&there), &back));
                CHECK_INT(back.size, 1);
                CHECK_INT(back.data[0], byte);
        }
}

TEST(malformed_segments_are_refused)
{
        static const char *const rows[] = {"",           "0101",   "02",     "0200",   "02ff",
                                           "022f",       "022e33", "02fe33", "020133", "03040404",
                                           "0304050607", "022e",   "0201",   "02fe",   "022e00",
                                           "026161ff",   "61"};

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf encoded CLEANUP(buf_deinit) = from_hex(rows[i]);
                struct buf segment CLEANUP(buf_deinit) = BUF_INIT(100);

                CHECK(!ag_segment_decode(buf_slice(&encoded), &segment));
        }
}
