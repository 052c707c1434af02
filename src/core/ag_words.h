/* SPDX-License-Identifier: Apache-2.0
 *
 * libaccessgrant for the core: conversions, and which of its errors are faults.
 */
#pragma once

#include "accessgrant/words.h"

/* Whether an error is about the machine, not about the input. */
static inline bool ag_is_fault(enum ag_error error)
{
        return error == AG_ERR_MEMORY || error == AG_ERR_CRYPTO;
}
