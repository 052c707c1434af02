/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core on a store that fails.
 */
#include "core/operations.h"

static void disk_fill(struct full_core *full, unsigned at)
{
        (void)full;
        fault_set((struct fault){FAULT_FULL, .at = at, .lasts = true});
}

static bool disk_clear(struct full_core *full)
{
        (void)full;
        return fault_clear() != FAULT_NOWHERE;
}

TEST(a_store_that_fails_is_passed_on_by_every_operation_and_leaves_no_half_of_it)
{
        static const struct trouble trouble = {disk_fill, disk_clear, ERR_STORE_UNAVAILABLE};

        operations_try_or_sample(&trouble, 200);
}
