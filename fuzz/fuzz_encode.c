/* SPDX-License-Identifier: Apache-2.0
 *
 * Decoders accept only the canonical form, so what they decode encodes to the same text; and all
 * encoded bytes decode to themselves.
 */
#include "base/encode.h"
#include "base/macros.h"
#include "base/number.h"
#include "fuzz.h"

enum { TEXT_MAXIMUM = 1 << 20 };

static const struct {
        void (*encode)(struct buf *, struct slice);
        bool (*decode)(struct slice, struct buf *);
} pairs[] = {
        {hex_encode, hex_decode},
        {base64_encode, base64_decode},
        {base64url_encode, base64url_decode},
};

static void check_pair(size_t i, struct slice input)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(TEXT_MAXIMUM);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TEXT_MAXIMUM);

        if (pairs[i].decode(input, &bytes)) {
                pairs[i].encode(&text, buf_slice(&bytes));
                REQUIRE(slice_equal(buf_slice(&text), input));
        }
        REQUIRE(!bytes.failed);
        buf_reset(&bytes);
        buf_reset(&text);
        pairs[i].encode(&text, input);
        REQUIRE(pairs[i].decode(buf_slice(&text), &bytes));
        REQUIRE(slice_equal(buf_slice(&bytes), input));
}

/* Percent-encoding has many forms of one text; ours is a fixed point. */
static void check_percent(struct slice input)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(TEXT_MAXIMUM);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TEXT_MAXIMUM);

        if (percent_decode(input, &bytes))
                REQUIRE(bytes.size <= input.size);
        else
                REQUIRE(bytes.size == 0);
        buf_reset(&bytes);
        percent_encode(&text, input, "/");
        REQUIRE(percent_decode(buf_slice(&text), &bytes));
        REQUIRE(slice_equal(buf_slice(&bytes), input));
}

static void check_uuid(struct slice input)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(UUID_TEXT_SIZE);
        struct uuid uuid;

        if (!uuid_decode(input, &uuid))
                return;
        uuid_encode(&text, &uuid);
        REQUIRE(slice_equal(buf_slice(&text), input));
}

static void check_number(struct slice input)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(32);
        int64_t value;

        if (!int64_parse(input, &value))
                return;
        buf_put_int64(&text, value);
        REQUIRE(slice_equal(buf_slice(&text), input));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct slice input = slice_new(data, size);

        for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
                check_pair(i, input);
        check_percent(input);
        check_uuid(input);
        check_number(input);
        return 0;
}
