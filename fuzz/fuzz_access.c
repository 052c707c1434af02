/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption accesses: what is read is written in canonical form, and limited to a place it has no
 * root key.
 */
#include "accessgrant.h"
#include "base/macros.h"
#include "fuzz.h"

struct message {
        uint8_t *bytes;
        size_t size;
};

static void message_free(struct message *message)
{
        ag_free(message->bytes);
}

static bool is_equal(struct message a, struct message b)
{
        return slice_equal(slice_new(a.bytes, a.size), slice_new(b.bytes, b.size));
}

static void check_entries(const ag_access *access)
{
        for (size_t i = 0; i < ag_access_n_entries(access); i++) {
                struct ag_entry entry = ag_access_entry(access, i);

                REQUIRE(entry.bucket.size <= AG_MAX_PATH && entry.path.size <= AG_MAX_PATH &&
                        entry.encrypted.size <= AG_MAX_PATH);
                REQUIRE((entry.path.size == 0) == (entry.encrypted.size == 0));
        }
}

static void check_limited(const ag_access *access)
{
        const struct ag_place places[] = {
                {ag_bytes_new("photos", 6), ag_bytes_new("2024/", 5)},
                {ag_bytes_new("bucket", 6), {0}},
        };
        ag_access *limited __attribute__((cleanup(ag_access_freep))) = NULL;

        if (ag_access_limit(access, places, ARRAY_SIZE(places), &limited))
                return;
        REQUIRE(!ag_access_has_root_key(limited));
        REQUIRE(ag_access_n_entries(limited) <= ARRAY_SIZE(places) + ag_access_n_entries(access));
        check_entries(limited);
}

static void check_written(const ag_access *access, struct message *ret_message)
{
        struct message written CLEANUP(message_free) = {0}, again CLEANUP(message_free) = {0};
        ag_access *read __attribute__((cleanup(ag_access_freep))) = NULL;

        if (ag_access_serialize(access, &written.bytes, &written.size))
                return;
        REQUIRE(!ag_access_parse(ag_bytes_new(written.bytes, written.size), AG_LENIENT, &read));
        REQUIRE(ag_access_has_root_key(access) == ag_access_has_root_key(read));
        REQUIRE(ag_access_n_entries(access) == ag_access_n_entries(read));
        REQUIRE(!ag_access_serialize(read, &again.bytes, &again.size));
        REQUIRE(is_equal(written, again));
        *ret_message = written;
        written.bytes = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        ag_access *strict __attribute__((cleanup(ag_access_freep))) = NULL;
        ag_access *lenient __attribute__((cleanup(ag_access_freep))) = NULL;
        struct message of_strict CLEANUP(message_free) = {0};
        struct message of_lenient CLEANUP(message_free) = {0};
        struct ag_bytes input = ag_bytes_new(data, size);

        if (ag_access_parse(input, AG_LENIENT, &lenient)) {
                REQUIRE(ag_access_parse(input, AG_STRICT, &strict));
                return 0;
        }
        check_entries(lenient);
        check_limited(lenient);
        check_written(lenient, &of_lenient);
        if (ag_access_parse(input, AG_STRICT, &strict))
                return 0;
        check_written(strict, &of_strict);
        REQUIRE(is_equal(of_strict, of_lenient));
        return 0;
}
