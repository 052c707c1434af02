/* SPDX-License-Identifier: Apache-2.0
 *
 * Text forms of bytes: one canonical form each way, everything else refused.
 */
#include <ctype.h>

#include "test.h"

static bool decodes(bool (*decode)(struct slice, struct buf *), const char *text, const char *hex)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(256);

        if (!decode(slice_from_string(text), &out))
                return false;
        CHECK_HEX(buf_slice(&out), hex);
        return true;
}

TEST(base64_follows_rfc_4648_section_10)
{
        static const char *const rows[][2] = {
                {"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);
                struct buf back CLEANUP(buf_deinit) = BUF_INIT(64);

                base64_encode(&out, slice_from_string(rows[i][0]));
                CHECK_TEXT(buf_slice(&out), rows[i][1]);
                CHECK(base64_decode(buf_slice(&out), &back));
                CHECK_TEXT(buf_slice(&back), rows[i][0]);
        }
}

TEST(base64url_has_no_padding_and_no_second_spelling)
{
        CHECK(decodes(base64url_decode, "-_8", "fbff"));
        CHECK(!decodes(base64url_decode, "-_8=", ""));
        CHECK(!decodes(base64url_decode, "+/8", ""));
        CHECK(!decodes(base64url_decode, "-_9", "")); /* left-over bits are not zero */
        CHECK(!decodes(base64url_decode, "A", ""));
        CHECK(!decodes(base64url_decode, "AA A", ""));
}

static bool is_base64url(unsigned byte)
{
        return byte < 128 && (isalnum((int)byte) || byte == '-' || byte == '_');
}

static bool base64url_accepts(struct slice text)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(100);

        return base64url_decode(text, &out);
}

/* Every byte that is no digit, wherever it stands. */
static void check_refused(struct buf *text)
{
        for (size_t at = 0; at < text->size; at++) {
                uint8_t digit = text->data[at];

                for (unsigned byte = 0; byte < 256; byte++) {
                        text->data[at] = (uint8_t)byte;
                        if (!is_base64url(byte))
                                CHECK(!base64url_accepts(buf_slice(text)));
                        else if (at + 1 < text->size)
                                CHECK(base64url_accepts(buf_slice(text)));
                }
                text->data[at] = digit;
        }
}

TEST(base64url_of_any_length_is_what_was_encoded_and_has_no_other_bytes)
{
        uint8_t bytes[60];

        for (size_t i = 0; i < sizeof(bytes); i++)
                bytes[i] = (uint8_t)(i * 151 + 7);
        for (size_t size = 0; size <= sizeof(bytes); size++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(100);
                struct buf back CLEANUP(buf_deinit) = BUF_INIT(100);

                base64url_encode(&text, slice_new(bytes, size));
                CHECK(base64url_decode(buf_slice(&text), &back));
                CHECK(slice_equal(buf_slice(&back), slice_new(bytes, size)));
                check_refused(&text);
        }
}

TEST(base64url_of_any_length_has_no_second_spelling)
{
        static const char zeros[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        for (size_t size = 2; size < sizeof(zeros) - 1; size++) {
                char text[sizeof(zeros)];

                memcpy(text, zeros, sizeof(text));
                text[size - 1] = 'B'; /* the lowest bit of the last digit */
                CHECK_INT(base64url_accepts(slice_new(text, size)), size % 4 == 0);
        }
}

TEST(base64_needs_its_padding)
{
        CHECK(decodes(base64_decode, "Zg==", "66"));
        CHECK(!decodes(base64_decode, "Zg", ""));
        CHECK(!decodes(base64_decode, "Zg=", ""));
        CHECK(!decodes(base64_decode, "Zh==", ""));
        CHECK(!decodes(base64_decode, "====", ""));
        CHECK(!decodes(base64_decode, "Zg==Zg==", ""));
}

TEST(hex_is_lower_case_and_even)
{
        CHECK(decodes(hex_decode, "00ff", "00ff"));
        CHECK(!decodes(hex_decode, "00FF", ""));
        CHECK(!decodes(hex_decode, "0", ""));
}

TEST(a_failed_decoder_leaves_no_output)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);

        buf_put(&out, SLICE("kept"));
        CHECK(!hex_decode(SLICE("0011zz"), &out));
        CHECK_TEXT(buf_slice(&out), "kept");
}

TEST(percent_encoding_keeps_only_the_unreserved)
{
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);

        percent_encode(&out, SLICE("a b+c/d~\xc3\xa4"), "/");
        CHECK_TEXT(buf_slice(&out), "a%20b%2Bc/d~%C3%A4");
}

TEST(percent_decoding_refuses_broken_escapes)
{
        CHECK(decodes(percent_decode, "a%2fb%2F", "612f622f"));
        CHECK(!decodes(percent_decode, "%", ""));
        CHECK(!decodes(percent_decode, "%2", ""));
        CHECK(!decodes(percent_decode, "%zz", ""));
}

TEST(a_number_has_eight_bytes_the_highest_first)
{
        static const uint8_t most[] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        static const uint8_t too_much[INT64_SIZE] = {0x80};
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);
        int64_t number = 7;

        int64_encode(&out, 0x0102);
        CHECK(slice_equal(buf_slice(&out), slice_new("\0\0\0\0\0\0\1\2", INT64_SIZE)));
        CHECK(int64_decode(out.data, &number) && number == 0x0102);
        CHECK(int64_decode(most, &number) && number == INT64_MAX);
        CHECK(!int64_decode(too_much, &number) && number == INT64_MAX);
}

TEST(a_uuid_has_one_text_form)
{
        struct uuid uuid;
        struct buf out CLEANUP(buf_deinit) = BUF_INIT(64);

        CHECK(uuid_decode(SLICE("e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"), &uuid));
        uuid_encode(&out, &uuid);
        CHECK_TEXT(buf_slice(&out), "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a");
        CHECK(!uuid_decode(SLICE("E45FA79A-05F5-4F00-BBFE-BD0A14AEAD0A"), &uuid));
        CHECK(!uuid_decode(SLICE("e45fa79a05f5-4f00-bbfe-bd0a14aead0a-"), &uuid));
        CHECK(!uuid_decode(SLICE("e45fa79a-05f5-4f00-bbfe-bd0a14aead0"), &uuid));
}
