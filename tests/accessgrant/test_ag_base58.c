/* SPDX-License-Identifier: Apache-2.0
 *
 * base58 and base58check, against the answers in Storj's repositories.
 */
#include "ag_test.h"

#include "accessgrant/base58.h"

/* The text of bytes in hex, and back. */
static void check_pair(const char *hex, const char *text)
{
        struct buf bytes CLEANUP(buf_deinit) = from_hex(hex);
        struct buf encoded CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct buf decoded CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        CHECK_AG_OK(ag_base58_encode(buf_slice(&bytes), &encoded));
        CHECK_TEXT(buf_slice(&encoded), text);
        CHECK_AG_OK(ag_base58_decode(slice_from_string(text), &decoded));
        CHECK_HEX(buf_slice(&decoded), hex);
}

TEST(base58_gives_the_known_answers)
{
        static const char *const rows[][2] = {
                {"", ""},
                {"20", "Z"},
                {"2d", "n"},
                {"30", "q"},
                {"31", "r"},
                {"2d31", "4SU"},
                {"3131", "4k8"},
                {"616263", "ZiCa"},
                {"31323334353938373630", "3mJr7AoUXx2Wqd"},
                {"6162636465666768696a6b6c6d6e6f707172737475767778797a",
                 "3yxU3u1igY8WkgtjK92fbJQCd4BZiiT1v25f"},
                {"303030303030303030303030303030303030303030303030303030303030303030303030303030"
                 "3030303030303030303030303030303030303030303030",
                 "3sN2THZeE9Eh9eYrwkvZqNstbHGvrxSAM7gXUXvyFQP8XvQLUqNCS27icwUeDT7ckHm4FUHM2mTVh1vbL"
                 "mk7y"},
                {"546573742064617461", "25JnwSn7XKfNQ"},
                {"61", "2g"},
                {"626262", "a3gV"},
                {"636363", "aPEr"},
                {"73696d706c792061206c6f6e6720737472696e67", "2cFupjhnEsSn59qHXstmK2ffpLv2"},
                {"00eb15231dfceb60925886b67d065299925915aeb172c06647",
                 "1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L"},
                {"516b6fcd0f", "ABnLTmg"},
                {"bf4f89001e670274dd", "3SEo3LWLoPntC"},
                {"572e4794", "3EFU7m"},
                {"ecac89cad93923c02321", "EJDM8drfXA6uyA"},
                {"10c8511e", "Rt5zm"},
                {"00000000000000000000", "1111111111"},
                {"000111d38e5fc9071ffcd20b4a763cc9ae4f252bb4e48fd66a835e252ada93ff480d6dd43dc62a64"
                 "1155a5",
                 "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                check_pair(rows[i][0], rows[i][1]);
}

TEST(every_byte_has_its_place_in_base58)
{
        static const char text[] =
                "1cWB5HCBdLjAuqGGReWE3R3CguuwSjw6RHn39s2yuDRTS5NsBgNiFpWgAnEx6VQi8csexkgYw3mdYrMHr8"
                "x9i7aEwP8kZ7vccXWqKDvGv3u1GxFKPuAkn8JCPPGDMf3vMMnbzm6Nh9zh1gcNsMvH3ZNLmP5fSG6DGbbi"
                "2tuwMWPthr4boWwCxf7ewSgNQeacyozhKDDQQ1qL5fQFUW52QKUZDZ5fw3KXNQJMcNTcaB723LchjeKun7"
                "MuGW5qyCBZYzA1KjofN1gYBV3NqyhQJ3Ns746GNuf9N2pQPmHz4xpnSrrfCvy6TVVz5d4PdrjeshsWQwpZ"
                "sZGzvbdAdN8MKV5QsBDY";
        char hex[2 * 256 + 1];

        for (unsigned i = 0; i < 256; i++)
                (void)snprintf(hex + (size_t)2 * i, 3, "%02x", i);
        check_pair(hex, text);
}

TEST(any_number_of_bytes_comes_back)
{
        uint8_t bytes[300];
        uint32_t seed = 1;

        for (size_t size = 0; size < sizeof(bytes); size++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
                struct buf back CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

                for (size_t i = 0; i < size; i++) {
                        seed = seed * 1664525 + 1013904223;
                        bytes[i] = size % 3 ? (uint8_t)(seed >> 24) : 0xff;
                }
                CHECK_AG_OK(ag_base58_encode(slice_new(bytes, size), &text));
                CHECK_AG_OK(ag_base58_decode(buf_slice(&text), &back));
                CHECK_INT(back.size, size);
                if (size)
                        CHECK(memcmp(back.data, bytes, size) == 0);
        }
}

TEST(other_alphabets_are_refused)
{
        static const char *const texts[] = {
                "0",      "O",    "I",    "l",    "3mJr0", "O3yxU",
                "3sNI",   "4kl8", "0OIl", "\xdc", "z{",    "!@#$%^&*()-_=+~`",
                "1 1111", "/",    ":",    "[",    "`",
        };

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

                CHECK_AG(ag_base58_decode(slice_from_string(texts[i]), &bytes), AG_ERR_TEXT);
        }
}

TEST(base58check_gives_the_known_answers)
{
        static const struct {
                uint8_t version;
                const char *payload, *text;
        } rows[] = {
                {20, "", "3MNQE1X"},
                {20, " ", "B2Kr6dBE"},
                {20, "-", "B3jv1Aft"},
                {20, "0", "B482yuaX"},
                {20, "1", "B4CmeGAC"},
                {20, "-1", "mM7eUf6kB"},
                {20, "11", "mP7BMTDVH"},
                {20, "abc", "4QiVtDjUdeq"},
                {20, "1234598760", "ZmNb8uQn5zvnUohNCEPP"},
                {20, "abcdefghijklmnopqrstuvwxyz", "K2RYDcKfupxwXdWhSAxQPCeiULntKm63UXyx5MvEH2"},
                {20, "00000000000000000000000000000000000000000000000000000000000000",
                 "bi1EWXwJay2udZVxLJozuTb8Meg4W9c6xnmJaRDjg6pri5MBAxb9XwrpQXbtnqEoRV5U2pixnFfwyXC8t"
                 "RAVC8XxnjK"},
                {0, "Test data", "182iP79GRURMp7oMHDU"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
                struct buf payload CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

                CHECK_AG_OK(ag_base58check_encode(rows[i].version,
                                                  slice_from_string(rows[i].payload), &text));
                CHECK_TEXT(buf_slice(&text), rows[i].text);
                CHECK_AG_OK(ag_base58check_decode(rows[i].version, slice_from_string(rows[i].text),
                                                  &payload));
                CHECK_TEXT(buf_slice(&payload), rows[i].payload);
        }
}

TEST(base58check_tells_mistyped_from_foreign)
{
        struct buf payload CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        CHECK_AG_OK(
                ag_base58check_decode(0, SLICE("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), &payload));
        CHECK_HEX(buf_slice(&payload), "62e907b15cbf27d5425399ebf6f0fb50ebb88f18");
        CHECK_AG(ag_base58check_decode(20, SLICE("3MNQE1Y"), &payload), AG_ERR_CHECKSUM);
        CHECK_AG(ag_base58check_decode(0, SLICE("3MNQE1X"), &payload), AG_ERR_TEXT);
        CHECK_AG(ag_base58check_decode(0, SLICE(""), &payload), AG_ERR_TEXT);
        CHECK_AG(ag_base58check_decode(0, SLICE("x"), &payload), AG_ERR_TEXT);
        CHECK_AG(ag_base58check_decode(0, SLICE("xx"), &payload), AG_ERR_TEXT);
        CHECK_AG(ag_base58check_decode(0, SLICE("xxx"), &payload), AG_ERR_TEXT);
        CHECK_AG(ag_base58check_decode(0, SLICE("xxxx"), &payload), AG_ERR_TEXT);
}

TEST(what_is_too_long_is_refused_before_the_work)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        char *text = malloc(AG_MAX_TEXT + 1);

        memset(text, 'z', AG_MAX_TEXT + 1);
        CHECK_AG(ag_base58_decode(slice_new(text, AG_MAX_TEXT + 1), &out), AG_ERR_LIMIT);
        CHECK_AG(ag_base58_encode(slice_new(text, AG_MAX_TEXT), &out), AG_ERR_LIMIT);
        CHECK_AG_OK(ag_base58_decode(slice_new(text, AG_MAX_TEXT), &out));
        free(text);
}

TEST(a_payload_has_a_size_with_its_checksum_too)
{
        enum {
                MOST = AG_MAX_TEXT / 4 * 3 + 8 - 1
        }; /* bytes that a text may hold, but its version */
        uint8_t payload[MOST + 1] = {1};
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        for (size_t size = MOST - 3; size <= sizeof(payload); size++)
                CHECK_AG(ag_base58check_encode(0, slice_new(payload, size), &text), AG_ERR_LIMIT);
        CHECK_INT(text.size, 0);
}
