/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption accesses for tests: made, read, and compared with what they are written as.
 */
#pragma once

#include "ag_made.h"
#include "ag_test.h"

#include "accessgrant/access.h"

#define KEY "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"

static inline enum ag_error parse(const char *hex, enum ag_mode mode, ag_access **ret_access)
{
        struct buf message CLEANUP(buf_deinit) = from_hex(hex);

        return ag_access_parse(buf_bytes(&message), mode, ret_access);
}

static inline void check_serialized(const ag_access *access, const char *hex)
{
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
        size_t size = 0;

        CHECK_AG_OK(ag_access_serialize(access, &message, &size));
        CHECK_AG_HEX(ag_bytes_new(message, size), hex);
}

/* An entry whose key is `key` thirty-two times. */
static inline enum ag_error add(ag_access *access, const char *bucket, const char *path,
                                const char *encrypted, uint8_t key)
{
        struct ag_entry entry = {text_bytes(bucket), text_bytes(path), text_bytes(encrypted),
                                 AG_CIPHER_AES_GCM};
        uint8_t bytes[AG_KEY_SIZE];

        memset(bytes, key, sizeof(bytes));
        return ag_access_add(access, &entry, bytes);
}

static inline ag_access *empty(void)
{
        ag_access *access = NULL;

        CHECK_AG_OK(ag_access_new(NULL, AG_CIPHER_AES_GCM, &access));
        return access;
}

static inline ag_access *whole(enum ag_cipher cipher)
{
        uint8_t root_key[AG_KEY_SIZE];
        ag_access *access = NULL;

        key_from_hex(ROOT_HEX, root_key);
        CHECK_AG_OK(ag_access_new(root_key, cipher, &access));
        return access;
}

static inline ag_access *storjs_example(void)
{
        ag_access *access = empty();

        CHECK_AG_OK(add(access, "b1", "u1/u2/u3", "e1/e2/e3", 3));
        CHECK_AG_OK(add(access, "b1", "u1/u2/u3/u4", "e1/e2/e3/e4", 4));
        CHECK_AG_OK(add(access, "b1", "u1/u5", "e1/e5", 5));
        CHECK_AG_OK(add(access, "b1", "u6", "e6", 6));
        CHECK_AG_OK(add(access, "b1", "u6/u7/u8", "e6/e7/e8", 8));
        CHECK_AG_OK(add(access, "b2", "u1", "e1'", 1));
        CHECK_AG_OK(add(access, "b3", "", "", 11));
        return access;
}
