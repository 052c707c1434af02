/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while memory runs out, in libaccessgrant's heap and where
 * values are sealed and opened. This program brings the primitives of base/ along itself, over a
 * libcrypto that fails on command, so the linker takes these.
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

static void heap_run_out(struct stage *stage, unsigned at)
{
        (void)stage;
        n_left = at - 1;
        n_refused = 0;
}

static bool heap_clear(struct stage *stage)
{
        (void)stage;
        n_left = SIZE_MAX;
        return n_refused > 0;
}

TEST(memory_that_runs_out_is_a_fault_of_every_operation_and_never_an_answer)
{
        static const struct trouble trouble = {heap_run_out, heap_clear, ERR_INTERNAL,
                                               .is_written_down = true};

        CHECK(operations_try(&trouble) > 200);
}

/* What is claimed before the key is derived cannot be undone. */
TEST(a_grant_that_cannot_be_minted_after_its_claim_has_used_its_code_up)
{
        struct stage stage CLEANUP(stage_end);
        enum err error = ERR_INTERNAL;
        size_t n = 0;

        stage_begin(&stage);
        for (; error == ERR_INTERNAL; n++) {
                struct core *core = &stage.net.core;
                struct exchange_form form;

                stage_reset(&stage);
                form = core_form_derived(core, stage.prefix_code);
                heap_run_out(&stage, (unsigned)n + 1);
                error = core_exchange(core, &form);
                if (!heap_clear(&stage))
                        break;
                CHECK_ERR(error, ERR_INTERNAL);
                CHECK_INT(core->n_reserved, 0);
        }
        CHECK_OK(error);
        CHECK(n > 20);
}
