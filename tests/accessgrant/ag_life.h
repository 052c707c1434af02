/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a grant from its keys to its text and back, for tests in which each step may fail.
 */
#pragma once

#include "ag_made.h"
#include "ag_test.h"

static const uint8_t some_bytes[AG_KEY_SIZE] = {1};

static inline enum ag_error make_key_and_access(ag_api_key **ret_key, ag_access **ret_access)
{
        struct ag_bytes any = {some_bytes, sizeof(some_bytes)};

        TRY(ag_api_key_new(any, any, ret_key));
        return ag_access_new(some_bytes, AG_CIPHER_AES_GCM, ret_access);
}

static inline enum ag_error narrow(const ag_grant *grant, ag_grant **ret_grant)
{
        static const uint8_t nonce[16] = {1};
        const struct ag_place places[] = {
                {text_bytes("bucket"), text_bytes("photos/2024/")},
                {text_bytes("other"), text_bytes("")},
        };
        struct ag_restriction restriction = {AG_RIGHT_READ,
                                             places,
                                             2,
                                             &TIME_1,
                                             &TIME_2,
                                             NULL,
                                             ag_bytes_new(nonce, sizeof(nonce))};

        return ag_grant_restrict(grant, &restriction, ret_grant);
}

/* Mints, writes, reads, limits: most of what there is to do, and to fail at. */
static inline enum ag_error live(void)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *whole CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;
        ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
        ag_grant *parsed CLEANUP(ag_grant_freep) = NULL;
        ag_grant *keyed CLEANUP(ag_grant_freep) = NULL;
        ag_access *again CLEANUP(ag_access_freep) = NULL;
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;
        char *key_text CLEANUP(ag_text_freep) = NULL;
        size_t size = 0;

        TRY(make_key_and_access(&key, &access));
        TRY(ag_grant_new(text_bytes(SATELLITE), key, access, &whole));
        TRY(narrow(whole, &narrowed));
        TRY(ag_grant_remove_key(narrowed, &bare));
        TRY(ag_grant_set_key(bare, some_bytes, &keyed));
        TRY(ag_grant_text(narrowed, &text));
        TRY(ag_grant_parse(text_bytes(text), AG_STRICT, &parsed));
        TRY(ag_access_serialize(ag_grant_access(parsed), &message, &size));
        TRY(ag_access_parse(ag_bytes_new(message, size), AG_STRICT, &again));
        TRY(ag_api_key_text(ag_grant_api_key(parsed), &key_text));
        return ag_satellite_check(ag_grant_satellite(parsed));
}
