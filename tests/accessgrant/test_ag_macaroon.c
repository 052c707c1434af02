/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw macaroons: the canonical form, and what else is read leniently.
 */
#include "ag_made.h"
#include "ag_test.h"

#define H    HEAD_HEX
#define T    "62215de7bddcea7e2c4047ff6bb94f8d18262fc8b3f3648134bb7d44158ff84d"
#define T_31 "62215de7bddcea7e2c4047ff6bb94f8d18262fc8b3f3648134bb7d44158ff8"

static enum ag_error parse(const char *hex, enum ag_mode mode, ag_api_key **ret_key)
{
        struct buf raw CLEANUP(buf_deinit) = from_hex(hex);

        return ag_api_key_parse_raw(buf_bytes(&raw), mode, ret_key);
}

static void check(const char *hex, enum ag_mode mode, enum ag_error expected)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        CHECK_AG(parse(hex, mode, &key), expected);
        CHECK((key == NULL) == (expected != AG_OK));
}

TEST(storjs_own_seeds_are_read)
{
        static const struct {
                const char *raw, *head, *tail;
                enum ag_error strict; /* "cav1" is no caveat */
                size_t n_caveats;
        } rows[] = {
                {"020220fb22e5503005ca6005c54a5d051c4ca0955845fe7744d011dd6909a14605236e000006205b5"
                 "0"
                 "2acdc36469caebbef6a306748f9cc30d47fdd9d1d9b90d8d18e9f95a6f07",
                 "fb22e5503005ca6005c54a5d051c4ca0955845fe7744d011dd6909a14605236e",
                 "5b502acdc36469caebbef6a306748f9cc30d47fdd9d1d9b90d8d18e9f95a6f07", AG_OK, 0},
                {"02022010af1ac3d9c973463b14ab4201456707b48fdb674b56b9dc413c11063cfca8b900020463617"
                 "6"
                 "31000006209f8386e124ebaecfb864f16e764094d0ee9ead837e9d32b8c1f84fbda43f977a",
                 "10af1ac3d9c973463b14ab4201456707b48fdb674b56b9dc413c11063cfca8b9",
                 "9f8386e124ebaecfb864f16e764094d0ee9ead837e9d32b8c1f84fbda43f977a", AG_ERR_CAVEAT,
                 1},
                {"020220f7225bb8928c6241442c1564b7a5de1a9d78f64b23e9d96adf8e31679cd041d800020463617"
                 "6"
                 "3100000620caa31acac6cc465e1d2abe150f1a5a7a44aaa88b29ed7442677962ef828281ad",
                 "f7225bb8928c6241442c1564b7a5de1a9d78f64b23e9d96adf8e31679cd041d8",
                 "caa31acac6cc465e1d2abe150f1a5a7a44aaa88b29ed7442677962ef828281ad", AG_ERR_CAVEAT,
                 1},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
                struct ag_caveat caveat;

                check(rows[i].raw, AG_STRICT, rows[i].strict);
                CHECK_AG_OK(parse(rows[i].raw, AG_LENIENT, &key));
                CHECK_AG_HEX(ag_api_key_raw(key), rows[i].raw);
                CHECK_AG_HEX(ag_api_key_head(key), rows[i].head);
                CHECK_AG_HEX(ag_api_key_tail(key), rows[i].tail);
                CHECK_INT(ag_api_key_n_caveats(key), rows[i].n_caveats);
                if (rows[i].n_caveats)
                        CHECK_AG(ag_api_key_caveat(key, 0, &caveat), AG_ERR_CAVEAT);
        }
}

/* Read leniently, and written again in canonical form. */
TEST(foreign_forms_are_read_leniently_and_come_out_canonical)
{
        static const char *const rows[] = {
                "02 0220" H "00 00 0620" T "ffff",     /* more after the end */
                "02 0103616263 0220" H "00 00 0620" T, /* a location */
                "02 02a000" H "00 00 0620" T,          /* a size longer than need be */
                "02 8200 20" H "00 00 0620" T,         /* a type longer than need be */
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
                struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);

                check(rows[i], AG_STRICT, AG_ERR_NOT_CANONICAL);
                CHECK_AG_OK(parse(rows[i], AG_LENIENT, &key));
                CHECK_AG_HEX(ag_api_key_raw(key), made_g0.raw);
                CHECK_AG_OK(ag_api_key_verify(key, buf_bytes(&secret), NULL));
        }
}

TEST(verification_packets_are_dropped)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        struct buf secret CLEANUP(buf_deinit) = from_hex(SECRET_HEX);

        CHECK_AG_OK(parse("02 0220" H "00 0203616263 0401ff 00 00 0620" T, AG_LENIENT, &key));
        CHECK_INT(ag_api_key_n_caveats(key), 1);
        CHECK_AG_HEX(ag_api_key_raw(key), "020220" H "00020361626300000620" T);
        CHECK_AG(ag_api_key_verify(key, buf_bytes(&secret), NULL), AG_ERR_SIGNATURE);
}

TEST(heads_of_any_size_are_read_leniently)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        check("02 0200 00 00 0620" T, AG_STRICT, AG_ERR_NOT_CANONICAL);
        check("02 0221" H "00 00 00 0620" T, AG_STRICT, AG_ERR_NOT_CANONICAL);
        CHECK_AG_OK(parse("02 0200 00 00 0620" T, AG_LENIENT, &key));
        CHECK_INT(ag_api_key_head(key).size, 0);
}

TEST(an_empty_caveat_is_one)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        struct ag_caveat caveat;

        CHECK_AG_OK(parse("02 0220" H "00 0200 00 00 0620" T, AG_STRICT, &key));
        CHECK_INT(ag_api_key_n_caveats(key), 1);
        CHECK_AG_OK(ag_api_key_caveat(key, 0, &caveat));
        CHECK_INT(caveat.disallowed, 0);
        CHECK_INT(caveat.n_paths, 0);
}

TEST(malformed_macaroons_are_refused_in_both_modes)
{
        static const char *const rows[] = {
                "",
                "02",
                "01 0220" H "00 00 0620" T,                             /* version */
                "02 0220" H "0400 00 00 0620" T,                        /* a header with more */
                "02 0220" H "00 0203616263 0401ff 0501ff 00 00 0620" T, /* a caveat with more */
                "02 0220" H "00 0401ff 00 00 0620" T,                   /* no identifier */
                "02 0220" H "00 0401ff 0203616263 00 00 0620" T,        /* out of order */
                "02 0220" H "00 0103616263 00 00 0620" T,               /* only a location */
                "02 00 00 0620" T,                                      /* no head */
                "02 0220" H "00 00 061f" T_31,                          /* a short signature */
                "02 0220" H "00 00 0520" T,                             /* no signature */
                "02 0220" H "00 00 00" T,                               /* an end instead of it */
                "02 0220" H "00 0620" T,                                /* no end of caveats */
                "02 0220" H "00 00 0620" T_31,                          /* cut */
                "02 0220" H "00 00",
                "02 0220" H "00",
                "02 0220" H,
                "02 0220",
                "02 02 ffffffff7f 00",          /* a huge size */
                "02 02 ffffffffffffffffffff01", /* no varint */
                "02 ffffffff7f 20" H "00 00 0620" T,
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                check(rows[i], AG_STRICT, AG_ERR_API_KEY);
                check(rows[i], AG_LENIENT, AG_ERR_API_KEY);
        }
}

/* A key with this many times the caveat, in hex. */
static enum ag_error parse_many(const char *caveat, size_t n)
{
        struct buf hex CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        buf_put_string(&hex, "020220" H "00");
        for (size_t i = 0; i < n; i++)
                buf_put_string(&hex, caveat);
        buf_put_string(&hex, "000620" T);
        buf_put_byte(&hex, '\0');
        return parse((const char *)hex.data, AG_STRICT, &key);
}

TEST(keys_beyond_the_limits_are_refused)
{
        struct buf large CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        CHECK_AG_OK(parse_many("020000", AG_MAX_CAVEATS));
        CHECK_AG(parse_many("020000", AG_MAX_CAVEATS + 1), AG_ERR_LIMIT);
        CHECK_AG_OK(parse_many("0228"
                               "5200520052005200520052005200520052005200"
                               "5200520052005200520052005200520052005200"
                               "00",
                               50));
        CHECK_AG(parse_many("0228"
                            "5200520052005200520052005200520052005200"
                            "5200520052005200520052005200520052005200"
                            "00",
                            51),
                 AG_ERR_LIMIT);
        while (large.size <= AG_MAX_TEXT)
                buf_put_byte(&large, 2);
        CHECK_AG(ag_api_key_parse_raw(buf_bytes(&large), AG_LENIENT, &key), AG_ERR_LIMIT);
}
