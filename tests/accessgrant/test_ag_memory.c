/* SPDX-License-Identifier: Apache-2.0
 *
 * Lack of memory is reported, and leaks nothing. This program defines the buffers of base/ itself
 * too, over the failing heap.
 */
#include "ag_life.h"
#include "ag_test.h"
#include "failing_heap.h"

#include "accessgrant/base58.h"

#define malloc(size) failing_malloc(size)
#include "base/buf.c"
#undef malloc

/* Runs it with one allocation, with two ... until they suffice. Return: how many suffice. */
static size_t run_out(enum ag_error (*run)(void))
{
        enum ag_error error = AG_ERR_MEMORY;
        size_t n = 0;

        for (; error && n < 10000; n++) {
                n_left = n;
                error = run();
                CHECK(error == AG_OK || error == AG_ERR_MEMORY);
        }
        n_left = SIZE_MAX;
        CHECK_AG_OK(error);
        return n;
}

TEST(running_out_of_memory_is_told_wherever_it_happens)
{
        CHECK(run_out(live) > 50);
}

static enum ag_cipher cipher;
static char prefix[300]; /* does not fit into what a buffer begins with */

/* Shares a prefix of a whole project. */
static enum ag_error share(void)
{
        struct ag_place place = {text_bytes("bucket"), text_bytes(prefix)};
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;

        TRY(ag_access_new(some_bytes, cipher, &access));
        return ag_access_limit(access, &place, 1, &limited);
}

TEST(an_access_that_cannot_be_limited_for_want_of_memory_is_none)
{
        static const enum ag_cipher ciphers[] = {AG_CIPHER_AES_GCM, AG_CIPHER_NULL};

        memset(prefix, 'a', sizeof(prefix) - 1);
        for (size_t i = 0; i < ARRAY_SIZE(ciphers); i++) {
                cipher = ciphers[i];
                CHECK(run_out(share) > 5);
        }
}

static size_t size_written;

static enum ag_error write_text(void)
{
        static const uint8_t payload[100] = {1};
        char *text CLEANUP(ag_text_freep) = NULL;
        enum ag_error error = ag_base58check_text(0, slice_new(payload, size_written), &text);

        CHECK(!text == (error != AG_OK));
        return error;
}

TEST(a_text_is_written_whole_or_not_at_all_whatever_its_size)
{
        for (size_written = 0; size_written < 100; size_written++)
                CHECK(run_out(write_text) > 2);
}

TEST(more_memory_than_there_can_be_is_none)
{
        CHECK(!ag_memory_new(SIZE_MAX));
        CHECK(!ag_memory_new(SIZE_MAX - sizeof(struct block) + 1));
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
