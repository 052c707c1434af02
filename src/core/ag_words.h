/* SPDX-License-Identifier: Apache-2.0
 *
 * Between our words and libaccessgrant's. What is borrowed stays borrowed.
 */
#pragma once

#include <accessgrant.h>
#include <stdbool.h>

#include "base/slice.h"

static inline struct ag_bytes ag_of(struct slice bytes)
{
        return ag_bytes_new(bytes.data, bytes.size);
}

static inline struct slice slice_of(struct ag_bytes bytes)
{
        return slice_new(bytes.data, bytes.size);
}

/* Whether an error says nothing about what was read. */
static inline bool ag_is_fault(enum ag_error error)
{
        return error == AG_ERR_MEMORY || error == AG_ERR_CRYPTO;
}
