/* SPDX-License-Identifier: Apache-2.0
 *
 * base58 and base58check. The big number is an array of limbs, least significant first. Each step
 * handles as many digits as fit in a limb: five for encoding, ten for decoding.
 */
#include "accessgrant/base58.h"

#include "accessgrant/memory.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum {
        CHECKSUM_SIZE = 4,
        GROUP_ENCODED = 5,                   /* digits in a limb of 32 bits */
        GROUP_DECODED = 10,                  /* digits that go into a limb of 64 bits at a time */
        BYTES_MAX = AG_MAX_TEXT / 4 * 3 + 8, /* a character carries 0.733 bytes */
};

static const uint32_t group_base = 58 * 58 * 58 * 58 * 58; /* 58 to GROUP_ENCODED */
static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Return: how many times `byte` occurs at the start. */
static size_t count_leading(struct slice bytes, uint8_t byte)
{
        size_t n = 0;

        while (n < bytes.size && bytes.data[n] == byte)
                n++;
        return n;
}

/* --- bytes to text --- */

/* number = number * 256 + byte, in limbs of base 58^5. Return: how many limbs there are. */
static size_t groups_append(uint32_t *groups, size_t n, uint32_t word, uint64_t word_base)
{
        uint64_t carry = word;

        for (size_t i = 0; i < n; i++) {
                carry += groups[i] * word_base;
                groups[i] = (uint32_t)(carry % group_base);
                carry /= group_base;
        }
        for (; carry; carry /= group_base)
                groups[n++] = (uint32_t)(carry % group_base);
        return n;
}

/* Four bytes at a time, the remainder first. */
static size_t groups_from_bytes(struct slice bytes, uint32_t *groups)
{
        size_t n = 0, at = 0;

        for (; (bytes.size - at) % 4; at++)
                n = groups_append(groups, n, bytes.data[at], UINT64_C(1) << 8);
        for (; at < bytes.size; at += 4) {
                const uint8_t *b = bytes.data + at;
                uint32_t word =
                        (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];

                n = groups_append(groups, n, word, UINT64_C(1) << 32);
        }
        return n;
}

static void put_group(struct buf *text, uint32_t group, bool is_first)
{
        char digits[GROUP_ENCODED];
        size_t n_zeros = 0;

        for (size_t i = GROUP_ENCODED; i-- > 0; group /= 58)
                digits[i] = alphabet[group % 58];
        if (is_first)
                n_zeros = count_leading(slice_new(digits, sizeof(digits)), '1');
        buf_put(text, slice_new(digits + n_zeros, sizeof(digits) - n_zeros));
}

enum ag_error ag_base58_encode(struct slice bytes, struct buf *text)
{
        size_t n_zeros = count_leading(bytes, 0);
        struct slice number = slice_from(bytes, n_zeros);
        struct buf limbs CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        uint32_t *groups;

        if (bytes.size > BYTES_MAX)
                return AG_ERR_LIMIT;
        /* 32 bits are 5.47 digits, or 1.1 groups; the remainder may start one more */
        groups = (void *)buf_extend(&limbs, (number.size / 4 * 11 / 10 + 3) * sizeof(*groups));
        if (!groups)
                return ag_buf_check(&limbs);
        for (size_t i = 0; i < n_zeros; i++)
                buf_put_byte(text, '1');
        for (size_t n = groups_from_bytes(number, groups), i = n; i-- > 0;)
                put_group(text, groups[i], i == n - 1);
        return ag_buf_check(text);
}

/* --- text to bytes --- */

/* The digit of each character; -1 for characters outside the alphabet. */
static int digit_of(uint8_t character)
{
        /* clang-format off */
        static const int8_t digits['z' - '1' + 1] = {
                 0,  1,  2,  3,  4,  5,  6,  7,  8, -1, -1, -1, -1, -1, -1, -1, /* 1 */
                 9, 10, 11, 12, 13, 14, 15, 16, -1, 17, 18, 19, 20, 21, -1, 22, /* A */
                23, 24, 25, 26, 27, 28, 29, 30, 31, 32, -1, -1, -1, -1, -1, -1, /* Q */
                33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, -1, 44, 45, 46, 47, /* a */
                48, 49, 50, 51, 52, 53, 54, 55, 56, 57,                         /* q */
        };
        /* clang-format on */

        return character < '1' || character > 'z' ? -1 : digits[character - '1'];
}

/* number = number * base + digits, in limbs of 64 bits. Return: how many limbs there are. */
static size_t words_append(uint64_t *words, size_t n, uint64_t digits, uint64_t base)
{
        uint64_t carry = digits;

        for (size_t i = 0; i < n; i++) {
                unsigned __int128 product = (unsigned __int128)words[i] * base + carry;

                words[i] = (uint64_t)product;
                carry = (uint64_t)(product >> 64);
        }
        if (carry)
                words[n++] = carry;
        return n;
}

/* Return: AG_OK; AG_ERR_TEXT. */
static enum ag_error words_from_text(struct slice text, uint64_t *words, size_t *ret_n)
{
        size_t n = 0;

        for (size_t at = 0; at < text.size;) {
                uint64_t digits = 0, base = 1;

                for (size_t i = 0; i < GROUP_DECODED && at < text.size; i++, at++) {
                        int digit = digit_of(text.data[at]);

                        if (digit < 0)
                                return AG_ERR_TEXT;
                        digits = digits * 58 + (uint64_t)digit;
                        base *= 58;
                }
                n = words_append(words, n, digits, base);
        }
        *ret_n = n;
        return AG_OK;
}

static void put_word(struct buf *bytes, uint64_t word, bool is_first)
{
        uint8_t big_endian[8];
        size_t n_zeros = 0;

        for (size_t i = sizeof(big_endian); i-- > 0; word >>= 8)
                big_endian[i] = (uint8_t)word;
        if (is_first)
                n_zeros = count_leading(SLICE_ARRAY(big_endian), 0);
        buf_put(bytes, slice_new(big_endian + n_zeros, sizeof(big_endian) - n_zeros));
}

enum ag_error ag_base58_decode(struct slice text, struct buf *bytes)
{
        size_t n_zeros = count_leading(text, '1'), n = 0;
        struct slice number = slice_from(text, n_zeros);
        struct buf limbs CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        uint64_t *words;

        if (text.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        words = (void *)buf_extend(&limbs, (number.size / GROUP_DECODED + 1) * sizeof(*words));
        if (!words)
                return ag_buf_check(&limbs);
        TRY(words_from_text(number, words, &n));
        for (size_t i = 0; i < n_zeros; i++)
                buf_put_byte(bytes, 0);
        for (size_t i = n; i-- > 0;)
                put_word(bytes, words[i], i == n - 1);
        return ag_buf_check(bytes);
}

/* --- the check --- */

/* The first bytes of the SHA-256 of the SHA-256. */
static enum ag_error checksum_of(struct slice versioned, uint8_t ret_checksum[SHA256_SIZE])
{
        uint8_t inner[SHA256_SIZE];

        TRY(ag_crypto_check(primitive_sha256(versioned, inner)));
        return ag_crypto_check(primitive_sha256(SLICE_ARRAY(inner), ret_checksum));
}

enum ag_error ag_base58check_encode(uint8_t version, struct slice payload, struct buf *text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(BYTES_MAX);
        uint8_t checksum[SHA256_SIZE];

        buf_put_byte(&bytes, version);
        buf_put(&bytes, payload);
        TRY(ag_buf_check(&bytes));
        TRY(checksum_of(buf_slice(&bytes), checksum));
        buf_put(&bytes, slice_new(checksum, CHECKSUM_SIZE));
        TRY(ag_buf_check(&bytes));
        return ag_base58_encode(buf_slice(&bytes), text);
}

enum ag_error ag_base58check_text(uint8_t version, struct slice payload, char **ret_text)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        char *copy;

        TRY(ag_base58check_encode(version, payload, &text));
        copy = ag_memory_copy(buf_slice(&text));
        if (!copy)
                return AG_ERR_MEMORY;
        *ret_text = copy;
        return AG_OK;
}

enum ag_error ag_base58check_decode(uint8_t version, struct slice text, struct buf *payload)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        uint8_t checksum[SHA256_SIZE];
        struct slice versioned;

        TRY(ag_base58_decode(text, &bytes));
        if (bytes.size < 1 + CHECKSUM_SIZE)
                return AG_ERR_TEXT;
        versioned = slice_new(bytes.data, bytes.size - CHECKSUM_SIZE);
        TRY(checksum_of(versioned, checksum));
        if (memcmp(checksum, versioned.data + versioned.size, CHECKSUM_SIZE) != 0)
                return AG_ERR_CHECKSUM;
        if (versioned.data[0] != version)
                return AG_ERR_TEXT;
        buf_put(payload, slice_from(versioned, 1));
        return ag_buf_check(payload);
}
