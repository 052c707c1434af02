/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants: the input as text, and, since random text never has the right checksum, as the message
 * inside. What is read is written in canonical form, can be narrowed, and loses its keys.
 */
#include "accessgrant.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/macros.h"
#include "fuzz.h"

enum { MESSAGE_MAXIMUM = 4096 };

/* A plain, slow version, since the library's is under test. */
static void base58_encode(struct buf *out, struct slice bytes)
{
        static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        uint8_t digits[2 * MESSAGE_MAXIMUM] = {0};
        size_t n_digits = 0;

        for (size_t i = 0; i < bytes.size && bytes.data[i] == 0; i++)
                buf_put_byte(out, '1');
        for (size_t i = 0; i < bytes.size; i++) {
                unsigned carry = bytes.data[i];

                for (size_t j = 0; j < n_digits || carry; j++) {
                        carry += 256u * digits[j];
                        digits[j] = (uint8_t)(carry % 58);
                        carry /= 58;
                        n_digits = j < n_digits ? n_digits : j + 1;
                }
        }
        while (n_digits)
                buf_put_byte(out, (uint8_t)alphabet[digits[--n_digits]]);
}

static void text_of_message(struct buf *out, struct slice message)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(MESSAGE_MAXIMUM + 64);
        struct digest digest;

        buf_put_byte(&bytes, 0);
        buf_put(&bytes, message);
        crypto_sha256(buf_slice(&bytes), &digest);
        crypto_sha256(SLICE_ARRAY(digest.bytes), &digest);
        buf_put(&bytes, slice_new(digest.bytes, 4));
        base58_encode(out, buf_slice(&bytes));
}

/* A fixed point: the text of a grant reads as a grant of the same text. */
static void check_text(const ag_grant *grant)
{
        char *text __attribute__((cleanup(ag_text_freep))) = NULL;
        char *again __attribute__((cleanup(ag_text_freep))) = NULL;
        ag_grant *read __attribute__((cleanup(ag_grant_freep))) = NULL;

        if (ag_grant_text(grant, &text))
                return;
        REQUIRE(!ag_grant_parse(ag_bytes_new(text, strlen(text)), AG_LENIENT, &read));
        REQUIRE(!ag_grant_leaked_root_key(read));
        REQUIRE(!ag_grant_text(read, &again));
        REQUIRE(slice_equal(slice_from_string(text), slice_from_string(again)));
}

static void check_narrowed(const ag_grant *grant)
{
        const struct ag_place place = {ag_bytes_new("bucket", 6), ag_bytes_new("photos/2024/", 12)};
        const struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ,
                .places = &place,
                .n_places = 1,
                .nonce = ag_bytes_new("\1\2\3\4", 4),
        };
        ag_grant *narrow __attribute__((cleanup(ag_grant_freep))) = NULL;

        if (ag_grant_restrict(grant, &restriction, &narrow))
                return;
        REQUIRE(!ag_access_has_root_key(ag_grant_access(narrow)));
        REQUIRE(ag_api_key_n_caveats(ag_grant_api_key(narrow)) ==
                ag_api_key_n_caveats(ag_grant_api_key(grant)) + 1);
        check_text(narrow);
}

static void check_without_key(const ag_grant *grant)
{
        const uint8_t key[AG_KEY_SIZE] = {1};
        ag_grant *taken __attribute__((cleanup(ag_grant_freep))) = NULL;
        ag_grant *given __attribute__((cleanup(ag_grant_freep))) = NULL;

        REQUIRE(!ag_grant_remove_key(grant, &taken));
        REQUIRE(!ag_access_has_root_key(ag_grant_access(taken)));
        REQUIRE(ag_access_n_entries(ag_grant_access(taken)) == 0);
        check_text(taken);
        if (!ag_grant_set_key(taken, key, &given))
                check_text(given);
}

static void check_grant(struct ag_bytes text)
{
        ag_grant *strict __attribute__((cleanup(ag_grant_freep))) = NULL;
        ag_grant *lenient __attribute__((cleanup(ag_grant_freep))) = NULL;

        if (ag_grant_parse(text, AG_LENIENT, &lenient)) {
                REQUIRE(ag_grant_parse(text, AG_STRICT, &strict));
                return;
        }
        REQUIRE(ag_grant_satellite(lenient).size > 0);
        check_text(lenient);
        check_narrowed(lenient);
        check_without_key(lenient);
        if (!ag_grant_parse(text, AG_STRICT, &strict)) {
                check_text(strict);
                check_narrowed(strict);
        }
}

/* An address that is one is visible text. */
static void check_satellite(struct slice address)
{
        if (ag_satellite_check(ag_bytes_new(address.data, address.size)))
                return;
        for (size_t i = 0; i < address.size; i++)
                REQUIRE(address.data[i] > 0x20 && address.data[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4 * MESSAGE_MAXIMUM);

        if (size > MESSAGE_MAXIMUM)
                return 0;
        check_grant(ag_bytes_new(data, size));
        check_satellite(slice_new(data, size));
        text_of_message(&text, slice_new(data, size));
        REQUIRE(!text.failed);
        check_grant(ag_bytes_new(text.data, text.size));
        return 0;
}
