/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys as raw macaroons: what is read strictly is canonical already, what is read leniently is
 * written in canonical form, and every caveat can be read.
 */
#include "accessgrant.h"
#include "base/buf.h"
#include "base/macros.h"
#include "fuzz.h"

static bool is_equal(struct ag_bytes a, struct ag_bytes b)
{
        return slice_equal(slice_new(a.data, a.size), slice_new(b.data, b.size));
}

static void check_paths(const struct ag_caveat *caveat)
{
        struct ag_path path;
        size_t n_paths = 0, n_bytes = 0;

        for (size_t position = 0; ag_caveat_next_path(caveat, &position, &path); n_paths++)
                n_bytes += path.bucket.size + path.encrypted.size;
        REQUIRE(n_paths == caveat->n_paths && n_bytes <= caveat->message.size);
}

static void check_caveats(const ag_api_key *key, enum ag_mode mode)
{
        REQUIRE(ag_api_key_n_caveats(key) <= AG_MAX_CAVEATS);
        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++) {
                struct ag_caveat caveat;

                if (ag_api_key_caveat(key, i, &caveat)) {
                        REQUIRE(mode == AG_LENIENT);
                        continue;
                }
                REQUIRE(!(caveat.disallowed & ~AG_RIGHTS_ALL));
                REQUIRE(mode == AG_LENIENT || !caveat.has_unknown_fields);
                check_paths(&caveat);
        }
}

static void check_text(const ag_api_key *key)
{
        char *text __attribute__((cleanup(ag_text_freep))) = NULL;
        ag_api_key *again __attribute__((cleanup(ag_api_key_freep))) = NULL;

        if (ag_api_key_text(key, &text))
                return;
        REQUIRE(!ag_api_key_parse(ag_bytes_new(text, strlen(text)), AG_LENIENT, &again));
        REQUIRE(is_equal(ag_api_key_raw(key), ag_api_key_raw(again)));
}

static void check_key(const ag_api_key *key, enum ag_mode mode)
{
        ag_api_key *again __attribute__((cleanup(ag_api_key_freep))) = NULL;

        check_caveats(key, mode);
        REQUIRE(ag_api_key_tail(key).size == AG_TAIL_SIZE);
        REQUIRE(!ag_api_key_parse_raw(ag_api_key_raw(key), AG_LENIENT, &again));
        REQUIRE(is_equal(ag_api_key_raw(key), ag_api_key_raw(again)));
        REQUIRE(is_equal(ag_api_key_head(key), ag_api_key_head(again)));
        check_text(key);
}

/* The input as the one caveat of an otherwise valid key. */
static void check_as_caveat(const uint8_t *data, size_t size)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;
        struct buf raw CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        uint8_t bytes[AG_HEAD_SIZE] = {0};
        size_t left = size;

        buf_put(&raw, SLICE("\x02\x02\x20"));
        buf_put(&raw, SLICE_ARRAY(bytes));
        buf_put(&raw, SLICE("\x00\x02"));
        for (; left >= 0x80; left >>= 7)
                buf_put_byte(&raw, (uint8_t)(left | 0x80));
        buf_put_byte(&raw, (uint8_t)left);
        buf_put(&raw, slice_new(data, size));
        buf_put(&raw, SLICE("\x00\x00\x06\x20"));
        buf_put(&raw, SLICE_ARRAY(bytes));
        REQUIRE(!raw.failed);
        if (!ag_api_key_parse_raw(ag_bytes_new(raw.data, raw.size), AG_LENIENT, &key))
                check_key(key, AG_LENIENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        ag_api_key *strict __attribute__((cleanup(ag_api_key_freep))) = NULL;
        ag_api_key *lenient __attribute__((cleanup(ag_api_key_freep))) = NULL;
        struct ag_bytes input = ag_bytes_new(data, size);

        check_as_caveat(data, size);
        if (ag_api_key_parse_raw(input, AG_LENIENT, &lenient)) {
                REQUIRE(ag_api_key_parse_raw(input, AG_STRICT, &strict));
                return 0;
        }
        check_key(lenient, AG_LENIENT);
        if (ag_api_key_parse_raw(input, AG_STRICT, &strict))
                return 0;
        check_key(strict, AG_STRICT);
        REQUIRE(is_equal(ag_api_key_raw(strict), input));
        return 0;
}
