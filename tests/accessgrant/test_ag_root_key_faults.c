/* SPDX-License-Identifier: Apache-2.0
 *
 * Root keys that cannot be derived. This program defines the derivation itself, over a heap and a
 * libargon2 that fail on command, so the linker uses this one.
 */
#include "ag_test.h"

#include <argon2.h>

static bool has_no_memory; /* for us */
static int argon2_answer;  /* once it has its memory */

static void *failing_malloc(size_t size)
{
        return has_no_memory ? NULL : malloc(size);
}

static size_t wanted_size; /* of the memory that libargon2 asks for */

static int failing_argon2(argon2_context *context)
{
        uint8_t *memory = NULL;
        int lent = context->allocate_cbk(&memory, wanted_size);

        if (lent != ARGON2_OK)
                return lent;
        context->free_cbk(memory, wanted_size);
        memset(context->out, 7, context->outlen);
        return argon2_answer;
}

#define malloc       failing_malloc
#define argon2id_ctx failing_argon2
#include "accessgrant/root_key.c"
#include "base/primitives.c"
#undef malloc

static enum ag_error derive(uint8_t key[AG_KEY_SIZE])
{
        memset(key, 1, AG_KEY_SIZE);
        return ag_root_key(text_bytes("passphrase"), text_bytes("salt"), NULL, key);
}

static void check_none(enum ag_error expected)
{
        uint8_t key[AG_KEY_SIZE];

        CHECK_AG(derive(key), expected);
        for (size_t i = 0; i < sizeof(key); i++)
                CHECK_INT(key[i], 1);
}

TEST(a_root_key_that_there_is_no_memory_for_is_none)
{
        wanted_size = AG_ROOT_KEY_MEMORY;
        has_no_memory = true;
        check_none(AG_ERR_MEMORY);
        has_no_memory = false;
}

TEST(libargon2_is_lent_so_much_memory_and_no_more)
{
        uint8_t key[AG_KEY_SIZE];

        argon2_answer = ARGON2_OK;
        wanted_size = AG_ROOT_KEY_MEMORY;
        CHECK_AG_OK(derive(key));
        CHECK_INT(key[0], 7);
        wanted_size++;
        check_none(AG_ERR_MEMORY);
}

TEST(a_derivation_that_fails_gives_no_key)
{
        wanted_size = AG_ROOT_KEY_MEMORY;
        argon2_answer = ARGON2_THREAD_FAIL;
        check_none(AG_ERR_CRYPTO);
        argon2_answer = ARGON2_MEMORY_ALLOCATION_ERROR;
        check_none(AG_ERR_MEMORY);
}
