/* SPDX-License-Identifier: Apache-2.0
 *
 * Root keys that cannot be derived. This program defines ag_root_key() itself, over a heap and a
 * derivation that fail on command, so the linker uses this one.
 */
#include "ag_test.h"

#include "accessgrant/argon2/argon2id.h"

static bool has_no_memory;
static bool is_broken; /* the derivation, which then leaves its memory half filled */

static void *failing_malloc(size_t size)
{
        return has_no_memory ? NULL : malloc(size);
}

static bool failing_argon2id(const struct argon2id *input, fill_fn *fill, uint8_t *ret_hash)
{
        if (!is_broken)
                return argon2id(input, fill, ret_hash);
        memset(input->memory, 7, (size_t)input->memory_kib * 1024 / 2);
        return false;
}

#define malloc                     failing_malloc
#define argon2id(input, fill, ret) failing_argon2id(input, fill, ret)
#include "accessgrant/root_key.c"
#undef malloc

static void check_none(void *memory, enum ag_error expected)
{
        uint8_t key[AG_KEY_SIZE], untouched[AG_KEY_SIZE];

        memset(key, 1, sizeof(key));
        memset(untouched, 1, sizeof(untouched));
        CHECK_AG(ag_root_key(text_bytes("passphrase"), text_bytes("salt"), memory, key), expected);
        assert_memory_equal(key, untouched, sizeof(key));
}

TEST(a_root_key_that_there_is_no_memory_for_is_none)
{
        has_no_memory = true;
        check_none(NULL, AG_ERR_MEMORY);
        has_no_memory = false;
}

TEST(a_derivation_that_fails_gives_no_key_and_leaves_nothing_in_its_memory)
{
        uint8_t *memory = malloc(AG_ROOT_KEY_MEMORY);

        CHECK(memory);
        memory[0] = 1;
        is_broken = true;
        check_none(memory, AG_ERR_CRYPTO);
        check_none(NULL, AG_ERR_CRYPTO);
        is_broken = false;
        CHECK(memory[0] == 0 && memcmp(memory, memory + 1, AG_ROOT_KEY_MEMORY - 1) == 0);
        free(memory);
}
