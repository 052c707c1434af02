/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes: base64url(8-byte request row number || 32 random bytes), and the encryption access that
 * may be stored with one, sealed under the code itself (docs/protocol/http.md 5.3): neither the
 * database nor the master key can open it.
 */
#pragma once

#include "base/crypto.h"
#include "core/op.h"

/* A fresh code for a request's row. */
struct secret code_make(const struct entropy_port *entropy, struct arena *arena, int64_t no);

/* The row number in a code's text; 0, which no row has, if it is not a code. */
int64_t code_row(struct slice text);

/* Return: ERR_OK; ERR_INTERNAL. */
enum err code_seal_access(struct op *op, struct secret code, int64_t no, struct secret access,
                          struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC. */
enum err code_open_access(struct arena *arena, struct secret code, int64_t no, struct slice sealed,
                          struct secret *ret_access);
