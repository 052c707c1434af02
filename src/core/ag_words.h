/* SPDX-License-Identifier: Apache-2.0
 *
 * libaccessgrant as the core sees it: its words, and which of its errors are faults.
 */
#pragma once

#include "accessgrant/words.h"

/* Whether an error says nothing about what was read. */
static inline bool ag_is_fault(enum ag_error error)
{
        return error == AG_ERR_MEMORY || error == AG_ERR_CRYPTO;
}
