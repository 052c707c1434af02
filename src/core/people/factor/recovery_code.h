/* SPDX-License-Identifier: Apache-2.0
 *
 * Recovery codes: twelve letters of twenty, 51 bits. What is stored is an HMAC under the factor's
 * secret, which is sealed: without the server's key nobody can try codes on a copy of the database.
 */
#pragma once

#include "core/op.h"
#include "core/people/factor/factor_model.h"

/* Makes a full set, and their texts as people are shown them. Return: ERR_OK; faults. */
enum err recovery_codes_make(struct op *op, struct secret key, struct recovery_codes *ret,
                             struct secret ret_texts[N_RECOVERY_CODES]);

/* What is stored of a code as it was typed. Return: whether it can be one. */
bool recovery_code_digest(struct secret key, struct slice typed, struct digest *ret);
