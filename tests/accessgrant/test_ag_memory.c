/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory: that running out of it is told and leaks nothing. This program brings the library's heap
 * along itself, over an allocator that fails on command, so the linker takes this one.
 */
#include "ag_test.h"
#include "ag_vectors.h"

static size_t n_left = SIZE_MAX; /* allocations that still succeed */

static void *failing_calloc(size_t n, size_t size)
{
        if (n_left == 0)
                return NULL;
        n_left--;
        return (calloc)(n, size);
}

#define calloc(n, size) failing_calloc(n, size)
#include "accessgrant/memory.c"
#undef calloc

#define TRY_AG(expr)                                                                               \
        do {                                                                                       \
                enum ag_error error_ = (expr);                                                     \
                if (error_)                                                                        \
                        return error_;                                                             \
        } while (0)

static enum ag_error make_key_and_access(ag_api_key **ret_key, ag_access **ret_access)
{
        static const uint8_t bytes[AG_KEY_SIZE] = {1};
        struct ag_bytes any = {bytes, sizeof(bytes)};

        TRY_AG(ag_api_key_new(any, any, ret_key));
        return ag_access_new(bytes, AG_CIPHER_AES_GCM, ret_access);
}

static enum ag_error narrow(const ag_grant *grant, ag_grant **ret_grant)
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

/* Mints, writes, reads, limits: most of what allocates. */
static enum ag_error live(void)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *whole CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrowed CLEANUP(ag_grant_freep) = NULL;
        ag_grant *bare CLEANUP(ag_grant_freep) = NULL;
        ag_grant *parsed CLEANUP(ag_grant_freep) = NULL;
        ag_access *again CLEANUP(ag_access_freep) = NULL;
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;
        char *key_text CLEANUP(ag_text_freep) = NULL;
        size_t size = 0;

        TRY_AG(make_key_and_access(&key, &access));
        TRY_AG(ag_grant_new(text_bytes(SATELLITE), key, access, &whole));
        TRY_AG(narrow(whole, &narrowed));
        TRY_AG(ag_grant_take_key(narrowed, &bare));
        TRY_AG(ag_grant_text(narrowed, &text));
        TRY_AG(ag_grant_parse(text_bytes(text), AG_STRICT, &parsed));
        TRY_AG(ag_access_serialize(ag_grant_access(parsed), &message, &size));
        TRY_AG(ag_access_parse(ag_bytes_new(message, size), AG_STRICT, &again));
        TRY_AG(ag_api_key_text(ag_grant_api_key(parsed), &key_text));
        return ag_satellite_check(ag_grant_satellite(parsed));
}

TEST(running_out_of_memory_is_told_wherever_it_happens)
{
        enum ag_error error = AG_ERR_MEMORY;
        size_t n = 0;

        for (; error && n < 10000; n++) {
                n_left = n;
                error = live();
                CHECK(error == AG_OK || error == AG_ERR_MEMORY);
        }
        n_left = SIZE_MAX;
        CHECK_AG_OK(error);
        CHECK(n > 50);
}

TEST(freed_memory_was_wiped)
{
        /* the size in front, then the bytes; what is behind is not the heap's */
        _Alignas(max_align_t) uint8_t memory[sizeof(struct block) + 16];
        struct block *block = (struct block *)(void *)memory;

        memset(memory, 0xa5, sizeof(memory));
        block->size = 16;
        block_wipe(block);
        for (size_t i = 0; i < sizeof(memory); i++)
                CHECK_INT(memory[i], 0);
}
