/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes that callers send: a refusal says which one it is about, why, and what to write instead
 * (op_explain()).
 */
#pragma once

#include "core/grants/scope.h"
#include "core/op.h"

/* As scope_parse(). */
enum err scope_read(const struct op *op, struct texts list, struct scope *ret);

/* As scope_parse_request(). */
enum err scope_read_request(const struct op *op, struct texts list, struct scope *ret);

/* `whose` says whose `outer` is: "that the application has registered". Return: ERR_OK;
 * ERR_SCOPE_NOT_WITHIN. */
enum err scope_require_within(const struct op *op, const struct scope *inner,
                              const struct scope *outer, const char *whose);
