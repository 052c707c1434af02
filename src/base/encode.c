/* SPDX-License-Identifier: Apache-2.0
 *
 * Hex, base64, base64url, percent-encoding and UUIDs, strict both ways.
 */
#include "base/encode.h"

#include <endian.h>

static const char hex_digits[] = "0123456789abcdef";

void hex_encode(struct buf *out, struct slice bytes)
{
        for (size_t i = 0; i < bytes.size; i++) {
                buf_put_byte(out, (uint8_t)hex_digits[bytes.data[i] >> 4]);
                buf_put_byte(out, (uint8_t)hex_digits[bytes.data[i] & 15]);
        }
}

/* Return: 0..15, or -1. */
static int hex_value(uint8_t digit, bool upper_allowed)
{
        if (digit >= '0' && digit <= '9')
                return digit - '0';
        if (digit >= 'a' && digit <= 'f')
                return digit - 'a' + 10;
        if (upper_allowed && digit >= 'A' && digit <= 'F')
                return digit - 'A' + 10;
        return -1;
}

/* Drops what a failed decoder has appended, so that a failure leaves no output. */
static bool decoded(struct buf *out, size_t start, bool good)
{
        if (good && !out->failed)
                return true;
        if (out->data)
                explicit_bzero(out->data + start, out->size - start);
        out->size = start;
        return false;
}

bool hex_decode(struct slice text, struct buf *out)
{
        size_t start = out->size;
        bool good = text.size % 2 == 0;

        for (size_t i = 0; good && i < text.size; i += 2) {
                int high = hex_value(text.data[i], false), low = hex_value(text.data[i + 1], false);

                good = high >= 0 && low >= 0;
                if (good)
                        buf_put_byte(out, (uint8_t)(high << 4 | low));
        }
        return decoded(out, start, good);
}

/* The two alphabets differ in their last two characters only. */
static void radix64_encode(struct buf *out, struct slice bytes, const char last[2], bool padding)
{
        static const char alphabet[] =
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

        for (size_t i = 0; i < bytes.size; i += 3) {
                size_t n = bytes.size - i < 3 ? bytes.size - i : 3;
                uint32_t group = (uint32_t)bytes.data[i] << 16 |
                                 (n > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0) |
                                 (n > 2 ? (uint32_t)bytes.data[i + 2] : 0);

                for (size_t k = 0; k < 4; k++) {
                        uint32_t value = group >> (18 - 6 * k) & 63;

                        if (k <= n)
                                buf_put_byte(out, (uint8_t)(value < 62 ? alphabet[value]
                                                                       : last[value - 62]));
                        else if (padding)
                                buf_put_byte(out, '=');
                }
        }
}

enum {
        DIGITS = 16, /* that are decoded at once */
        DIGITS_BYTES = 12,
};

typedef uint8_t digits __attribute__((vector_size(DIGITS)));

/* The values of digits, 0 to 63. Sets those bytes of `bad` that are no digits. Computed, not looked
 * up: what is decoded may be a secret. */
static digits digits_value(digits all, const uint8_t last[2], digits *bad)
{
        digits upper = (digits)(all - 'A' < 26), lower = (digits)(all - 'a' < 26);
        digits number = (digits)(all - '0' < 10);
        digits is_62 = (digits)(all == last[0]), is_63 = (digits)(all == last[1]);

        *bad |= ~(upper | lower | number | is_62 | is_63);
        return (upper & (all - 'A')) | (lower & (all - ('a' - 26))) |
               (number & (all + (52 - '0'))) | (is_62 & 62) | (is_63 & 63);
}

/* Moves the six bits of each of eight bytes together: two, then four, then eight of them. */
static void values_pack(uint64_t values, uint8_t ret_bytes[DIGITS_BYTES / 2])
{
        uint64_t word = be64toh(values);

        word = (word & 0x003f003f003f003f) | (word & 0x3f003f003f003f00) >> 2;
        word = (word & 0x00000fff00000fff) | (word & 0x0fff00000fff0000) >> 4;
        word = (word & 0x0000000000ffffff) | (word & 0x00ffffff00000000) >> 8;
        word = htobe64(word << 16);
        memcpy(ret_bytes, &word, DIGITS_BYTES / 2);
}

static void digits_decode(const uint8_t text[DIGITS], const uint8_t last[2], digits *bad,
                          uint8_t ret_bytes[DIGITS_BYTES])
{
        uint64_t halves[2];
        digits all;

        memcpy(&all, text, sizeof(all));
        all = digits_value(all, last, bad);
        memcpy(halves, &all, sizeof(halves));
        values_pack(halves[0], ret_bytes);
        values_pack(halves[1], ret_bytes + DIGITS_BYTES / 2);
}

/* Digits that are less than DIGITS, filled up with zeros. The unused bits must be zero too, or two
 * texts would decode to the same bytes. */
static bool rest_decode(struct slice text, const uint8_t last[2], digits *bad, uint8_t *ret_bytes)
{
        uint8_t whole[DIGITS], bytes[DIGITS_BYTES];
        size_t size = text.size * 3 / 4;
        bool good;

        memset(whole, 'A', sizeof(whole));
        memcpy(whole, text.data, text.size);
        digits_decode(whole, last, bad, bytes);
        memcpy(ret_bytes, bytes, size);
        good = bytes[size] == 0;
        explicit_bzero(whole, sizeof(whole));
        explicit_bzero(bytes, sizeof(bytes));
        return good;
}

static bool all_decode(struct slice text, const uint8_t last[2], uint8_t *out)
{
        digits bad = {0};
        uint64_t halves[2];
        bool good;

        for (; text.size >= DIGITS; text = slice_from(text, DIGITS), out += DIGITS_BYTES)
                digits_decode(text.data, last, &bad, out);
        good = !text.size || rest_decode(text, last, &bad, out);
        memcpy(halves, &bad, sizeof(halves));
        return good && !(halves[0] | halves[1]);
}

static bool radix64_decode(struct slice text, const uint8_t last[2], struct buf *out)
{
        size_t start = out->size, rest = text.size % 4;
        uint8_t *bytes;

        if (rest == 1)
                return decoded(out, start, false);
        bytes = buf_extend(out, text.size / 4 * 3 + (rest ? rest - 1 : 0));
        return decoded(out, start, bytes && all_decode(text, last, bytes));
}

void base64_encode(struct buf *out, struct slice bytes)
{
        radix64_encode(out, bytes, "+/", true);
}

bool base64_decode(struct slice text, struct buf *out)
{
        if (text.size % 4 != 0)
                return false;
        for (int i = 0; i < 2 && text.size && text.data[text.size - 1] == '='; i++)
                text.size--;
        return radix64_decode(text, (const uint8_t[]){'+', '/'}, out);
}

void base64url_encode(struct buf *out, struct slice bytes)
{
        radix64_encode(out, bytes, "-_", false);
}

bool base64url_decode(struct slice text, struct buf *out)
{
        return radix64_decode(text, (const uint8_t[]){'-', '_'}, out);
}

void base32_encode(struct buf *out, struct slice bytes)
{
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        uint32_t bits = 0;
        unsigned n_bits = 0;

        for (size_t i = 0; i < bytes.size; i++) {
                bits = bits << 8 | bytes.data[i];
                for (n_bits += 8; n_bits >= 5; n_bits -= 5)
                        buf_put_byte(out, (uint8_t)alphabet[bits >> (n_bits - 5) & 31]);
        }
        if (n_bits)
                buf_put_byte(out, (uint8_t)alphabet[bits << (5 - n_bits) & 31]);
}

static bool is_unreserved(uint8_t byte)
{
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
               (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
               byte == '~';
}

void percent_encode(struct buf *out, struct slice bytes, const char *keep)
{
        static const char upper[] = "0123456789ABCDEF";

        for (size_t i = 0; i < bytes.size; i++) {
                uint8_t byte = bytes.data[i];

                if (is_unreserved(byte) || (byte && strchr(keep, byte))) {
                        buf_put_byte(out, byte);
                        continue;
                }
                buf_put_byte(out, '%');
                buf_put_byte(out, (uint8_t)upper[byte >> 4]);
                buf_put_byte(out, (uint8_t)upper[byte & 15]);
        }
}

bool percent_decode(struct slice text, struct buf *out)
{
        size_t start = out->size;
        bool good = true;

        for (size_t i = 0; good && i < text.size; i++) {
                int high, low;

                if (text.data[i] != '%') {
                        buf_put_byte(out, text.data[i]);
                        continue;
                }
                good = text.size - i > 2;
                if (!good)
                        break;
                high = hex_value(text.data[i + 1], true);
                low = hex_value(text.data[i + 2], true);
                good = high >= 0 && low >= 0;
                if (good)
                        buf_put_byte(out, (uint8_t)(high << 4 | low));
                i += 2;
        }
        return decoded(out, start, good);
}

static bool is_uuid_hyphen(size_t byte_index)
{
        return byte_index == 4 || byte_index == 6 || byte_index == 8 || byte_index == 10;
}

void int64_encode(struct buf *out, int64_t number)
{
        for (int shift = 8 * (INT64_SIZE - 1); shift >= 0; shift -= 8)
                buf_put_byte(out, (uint8_t)((uint64_t)number >> shift));
}

bool int64_decode(const uint8_t bytes[INT64_SIZE], int64_t *ret_number)
{
        uint64_t number = 0;

        for (size_t i = 0; i < INT64_SIZE; i++)
                number = number << 8 | bytes[i];
        if (number > INT64_MAX)
                return false;
        *ret_number = (int64_t)number;
        return true;
}

void uuid_encode(struct buf *out, const struct uuid *uuid)
{
        for (size_t i = 0; i < UUID_SIZE; i++) {
                if (is_uuid_hyphen(i))
                        buf_put_byte(out, '-');
                hex_encode(out, slice_new(uuid->bytes + i, 1));
        }
}

bool uuid_decode(struct slice text, struct uuid *ret_uuid)
{
        struct uuid uuid;
        size_t at = 0;

        if (text.size != UUID_TEXT_SIZE)
                return false;
        for (size_t i = 0; i < UUID_SIZE; i++) {
                int high, low;

                if (is_uuid_hyphen(i) && text.data[at++] != '-')
                        return false;
                high = hex_value(text.data[at++], false);
                low = hex_value(text.data[at++], false);
                if (high < 0 || low < 0)
                        return false;
                uuid.bytes[i] = (uint8_t)(high << 4 | low);
        }
        *ret_uuid = uuid;
        return true;
}
