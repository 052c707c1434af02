/* SPDX-License-Identifier: Apache-2.0
 *
 * Caveats: what is read, what only leniently, and what is written.
 */
#include "ag_test.h"

#include "accessgrant/caveat.h"

/* Reads a caveat; `ret` borrows from `message`. */
static enum ag_error read_hex(const char *hex, struct buf *message, struct ag_caveat *ret)
{
        *message = from_hex(hex);
        return ag_caveat_read(buf_slice(message), ret);
}

static void check_written(struct ag_caveat caveat, const char *paths_hex, const char *hex)
{
        struct buf paths CLEANUP(buf_deinit) = from_hex(paths_hex);
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct buf written CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct ag_caveat back;

        ag_caveat_write(&caveat, buf_slice(&paths), &written);
        CHECK_HEX(buf_slice(&written), hex);
        CHECK_AG_OK(read_hex(hex, &message, &back));
        CHECK_AG_OK(ag_caveat_check_canonical(&back));
        CHECK(!back.has_unknown_fields);
        CHECK_INT(back.disallowed, caveat.disallowed);
        CHECK_INT(back.not_after.seconds, caveat.not_after.seconds);
        CHECK_INT(back.not_after.nanos, caveat.not_after.nanos);
        CHECK_INT(back.not_before.seconds, caveat.not_before.seconds);
        CHECK_INT(back.not_before.nanos, caveat.not_before.nanos);
        CHECK_INT(back.max_object_ttl.seconds, caveat.max_object_ttl.seconds);
        CHECK_INT(back.max_object_ttl.nanos, caveat.max_object_ttl.nanos);
}

TEST(caveats_are_written_as_storj_writes_them)
{
        check_written((struct ag_caveat){0}, "", "");
        check_written((struct ag_caveat){.disallowed = AG_RIGHTS_ALL}, "",
                      "08011001180120012801300138014001480158016001680170017801");
        check_written((struct ag_caveat){.has_not_after = true}, "", "a20100");
        check_written((struct ag_caveat){.has_not_after = true, .not_after = {1767225600, 0}}, "",
                      "a201060880f2d6ca06");
        check_written(
                (struct ag_caveat){.has_not_after = true, .not_after = {1798761599, 123456789}}, "",
                "a2010b08ffd8dbd90610959aef3a");
        check_written((struct ag_caveat){.has_not_before = true, .not_before = {-1, 500}}, "",
                      "aa010e08ffffffffffffffffff0110f403");
        check_written((struct ag_caveat){.has_max_object_ttl = true, .max_object_ttl = {3600, 0}},
                      "", "b2010308901c");
        check_written(
                (struct ag_caveat){.has_max_object_ttl = true, .max_object_ttl = {1, 500000000}},
                "", "b2010808011080cab5ee01");
        check_written((struct ag_caveat){.has_max_object_ttl = true}, "", "b20100");
        check_written(
                (struct ag_caveat){.has_max_object_ttl = true, .max_object_ttl = {-1, -500000000}},
                "", "b2011608ffffffffffffffffff011080b6ca91feffffffff01");
        check_written((struct ag_caveat){.nonce = ag_bytes_new("\xa1\xb2\xc3\xd4", 4)}, "",
                      "f20104a1b2c3d4");
        check_written((struct ag_caveat){.nonce = ag_bytes_new("\xa1\xb2\xc3\xd4", 4),
                                         .disallowed = AG_RIGHTS_ALL & ~(1u << 1 | 1u << 3)},
                      "", "100120012801300138014001480158016001680170017801f20104a1b2c3d4");
        check_written((struct ag_caveat){.disallowed = 1 << 9 | 1 << 11}, "5200", "480152005801");
}

TEST(paths_are_written_as_storj_writes_them)
{
        static const struct {
                const char *bucket, *encrypted, *hex;
        } rows[] = {
                {"", "", "5200"},
                {"photos", "", "52080a0670686f746f73"},
                {"b1", "p/q", "52090a0262311203702f71"},
                {"b2", "\x01\x02\x03\x04", "520a0a026232120401020304"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct ag_path path = {text_bytes(rows[i].bucket), text_bytes(rows[i].encrypted)};
                struct buf written CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

                ag_caveat_write_path(&path, &written);
                CHECK_HEX(buf_slice(&written), rows[i].hex);
        }
}

TEST(paths_are_walked_in_their_order_among_other_fields)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct ag_caveat caveat;
        struct ag_path path;
        size_t position = 0;

        CHECK_AG_OK(read_hex("4801 52090a0262311203702f71 52080a0670686f746f73 5801", &message,
                             &caveat));
        CHECK_INT(caveat.n_paths, 2);
        CHECK(ag_caveat_next_path(&caveat, &position, &path));
        CHECK_AG_TEXT(path.bucket, "b1");
        CHECK_AG_TEXT(path.encrypted, "p/q");
        CHECK(ag_caveat_next_path(&caveat, &position, &path));
        CHECK_AG_TEXT(path.bucket, "photos");
        CHECK_INT(path.encrypted.size, 0);
        CHECK(!ag_caveat_next_path(&caveat, &position, &path));
        CHECK(!ag_caveat_next_path(&caveat, &position, &path));
}

/* Readable, but no known writer writes it. */
TEST(forms_no_writer_writes_are_read_but_not_canonical)
{
        static const char *const rows[] = {
                "0802",                          /* true is 1 */
                "0800",                          /* false is left out */
                "080110018801 01",               /* unknown */
                "10010801",                      /* out of order */
                "08010801",                      /* twice */
                "888000 01",                     /* longer than need be */
                "f20100",                        /* an empty nonce */
                "f20101aa f20101bb",             /* twice */
                "a20100 a20100",                 /* twice */
                "a20102 0800",                   /* a zero in a time */
                "a20106 108094ebdc03",           /* nanos of a second */
                "a2010b 10ffffffffffffffffff01", /* negative nanos */
                "52020a00",                      /* an empty bucket that is there */
                "5205 0a0161 1800",              /* unknown in a path */
                "5801 5200",                     /* paths come before */
                "f20101aa 9a0600",               /* unknown, behind */
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
                struct ag_caveat caveat;

                CHECK_AG_OK(read_hex(rows[i], &message, &caveat));
                CHECK_AG(ag_caveat_check_canonical(&caveat), AG_ERR_NOT_CANONICAL);
        }
}

TEST(malformed_caveats_are_refused)
{
        static const char *const rows[] = {
                "08",                                        /* cut */
                "0a0101",                                    /* a right that is bytes */
                "5001",                                      /* a path that is a number */
                "a00101",                                    /* a time that is a number */
                "a20101 08",                                 /* a time that is cut */
                "a20102 0a00",                               /* a time of bytes */
                "52010a",                                    /* a path that is cut */
                "5202 0801",                                 /* a bucket that is a number */
                "f00101",                                    /* a nonce that is a number */
                "63617631",                                  /* "cav1" */
                "f20105a1b2c3d4",                            /* cut */
                "a20110 08ffffffffffffffff7f 1080 94ebdc03", /* a time out of reach */
                "aa0110 08ffffffffffffffff7f 1080 94ebdc03",
                "b20110 08ffffffffffffffff7f 1080 94ebdc03",
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
                struct ag_caveat caveat;

                CHECK_AG(read_hex(rows[i], &message, &caveat), AG_ERR_CAVEAT);
        }
}

TEST(a_right_is_taken_away_by_any_number_but_zero)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct ag_caveat caveat;

        CHECK_AG_OK(read_hex("0802", &message, &caveat));
        CHECK_INT(caveat.disallowed, AG_RIGHT_READ);
}

/* Also of messages, which protobuf would merge and Storj's library does not. */
TEST(the_last_of_several_counts)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct buf other CLEANUP(buf_deinit) = BUF_INIT(0);
        struct ag_caveat caveat;

        CHECK_AG_OK(
                read_hex("0801 0800 a20102 0805 a20102 1007 f20101aa f20101bb", &message, &caveat));
        CHECK_INT(caveat.disallowed, 0);
        CHECK_INT(caveat.not_after.seconds, 0);
        CHECK_INT(caveat.not_after.nanos, 7);
        CHECK_AG_HEX(caveat.nonce, "bb");
        CHECK_AG_OK(
                read_hex("aa0104 0805 1007 b20104 0805 1007 aa0102 0806 b20100", &other, &caveat));
        CHECK_INT(caveat.not_before.seconds, 6);
        CHECK_INT(caveat.not_before.nanos, 0);
        CHECK(caveat.has_max_object_ttl);
        CHECK_INT(caveat.max_object_ttl.seconds, 0);
        CHECK_INT(caveat.max_object_ttl.nanos, 0);
}

TEST(unknown_fields_are_told)
{
        static const char *const rows[] = {"980601", "5205 0a0161 1800", "a20102 1801", "800101",
                                           "9b01 0801 9c01"};

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
                struct ag_caveat caveat;

                CHECK_AG_OK(read_hex(rows[i], &message, &caveat));
                CHECK(caveat.has_unknown_fields);
        }
}

TEST(odd_nanos_are_brought_into_their_range)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct ag_caveat caveat;

        /* 5 seconds and -1 nanosecond; -1 second and 1 nanosecond as a span */
        CHECK_AG_OK(read_hex("a2010d 0805 10ffffffffffffffffff01"
                             "b2010d 08ffffffffffffffffff01 1001",
                             &message, &caveat));
        CHECK_INT(caveat.not_after.seconds, 4);
        CHECK_INT(caveat.not_after.nanos, 999999999);
        CHECK_INT(caveat.max_object_ttl.seconds, 0);
        CHECK_INT(caveat.max_object_ttl.nanos, -999999999);
}

TEST(a_span_of_whole_seconds_stays_as_it_is)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(0);
        struct ag_caveat caveat;

        CHECK_AG_OK(read_hex("b2010b 08ffffffffffffffffff01", &message, &caveat));
        CHECK_INT(caveat.max_object_ttl.seconds, -1);
        CHECK_INT(caveat.max_object_ttl.nanos, 0);
}

static enum ag_error read_path(struct ag_path path)
{
        struct buf written CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct ag_caveat caveat;

        ag_caveat_write_path(&path, &written);
        CHECK_AG_OK(ag_buf_check(&written));
        return ag_caveat_read(buf_slice(&written), &caveat);
}

TEST(a_bucket_and_a_path_may_be_just_so_long)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(1 << 20);

        for (size_t size = AG_MAX_PATH; size <= AG_MAX_PATH + 1; size++) {
                enum ag_error expected = size > AG_MAX_PATH ? AG_ERR_LIMIT : AG_OK;

                while (bytes.size < size)
                        buf_put_byte(&bytes, 'x');
                CHECK_AG(read_path((struct ag_path){.encrypted = buf_bytes(&bytes)}), expected);
                CHECK_AG(read_path((struct ag_path){.bucket = buf_bytes(&bytes)}), expected);
        }
}

TEST(a_caveat_may_have_just_so_many_paths)
{
        struct buf written CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct ag_caveat caveat;

        for (int i = 0; i < AG_MAX_PLACES; i++)
                ag_caveat_write_path(&(struct ag_path){0}, &written);
        CHECK_AG_OK(ag_caveat_read(buf_slice(&written), &caveat));
        CHECK_INT(caveat.n_paths, AG_MAX_PLACES);
        ag_caveat_write_path(&(struct ag_path){0}, &written);
        CHECK_AG(ag_caveat_read(buf_slice(&written), &caveat), AG_ERR_LIMIT);
}
