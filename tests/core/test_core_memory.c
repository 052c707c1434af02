/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while memory runs out, in libaccessgrant's heap, in buffers, in JSON
 * and where values are sealed and opened. This program brings these parts of base/ along itself,
 * over a heap and a libcrypto that fail on command, so the linker takes them.
 */
#include "core/operations.h"

#include "accessgrant/failing_heap.h"

#include <openssl/evp.h>

static EVP_CIPHER_CTX *failing_cipher_new(void)
{
        return heap_refuses() ? NULL : EVP_CIPHER_CTX_new();
}

#define EVP_CIPHER_CTX_new failing_cipher_new
#include "base/primitives.c"
#undef EVP_CIPHER_CTX_new

#define malloc(size) failing_malloc(size)
#include "base/buf.c"
#include "base/json.c"
#undef malloc

static void heap_run_out(struct full_core *full, unsigned at)
{
        (void)full;
        n_left = at - 1;
        n_refused = 0;
}

static bool heap_clear(struct full_core *full)
{
        n_left = SIZE_MAX;
        arena_reset(&full->arena); /* it fails with a buffer */
        return n_refused > 0;
}

TEST(memory_that_runs_out_is_a_fault_of_every_operation_and_never_an_answer)
{
        static const struct trouble trouble = {heap_run_out, heap_clear, ERR_INTERNAL,
                                               .is_memory = true, .is_written_down = true};

        operations_try_or_sample(&trouble, 500);
}

/* A claim made before the key is derived cannot be undone. */
TEST(a_grant_that_cannot_be_minted_after_its_claim_has_used_its_code_up)
{
        struct full_core full CLEANUP(full_core_end);
        enum err error = ERR_INTERNAL;
        size_t n = 0;

        full_core_begin(&full);
        for (; error_is_fault(error); n++) {
                struct core *core = &full.remote.core;
                struct exchange_form form;

                full_core_reset(&full);
                form = core_form_derived(core, full.prefix_code);
                heap_run_out(&full, (unsigned)n + 1);
                error = core_exchange(core, &form);
                if (!heap_clear(&full))
                        break;
                CHECK(error == ERR_INTERNAL || error == ERR_OUT_OF_MEMORY);
                CHECK_INT(core->n_reserved, 0);
        }
        CHECK_OK(error);
        CHECK(n > 20);
}
