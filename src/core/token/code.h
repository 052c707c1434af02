/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes: base64url(8-byte request row number || 32 random bytes).
 */
#pragma once

#include "base/crypto.h"
#include "core/op.h"

/* A fresh code for a request's row. */
struct secret code_make(const struct entropy_port *entropy, struct arena *arena, int64_t no);

/* The row number in a code's text; 0, which no row has, if it is not a code. */
int64_t code_row(struct slice text);

/* Of text that is not a code: what was probably sent instead. Static, for op_explain(); absent:
 * nobody knows. */
struct slice code_text_fault(struct slice text);

/* S256 of a code_verifier, RFC 7636 section 4.6; absent without one. */
struct slice code_challenge_of(struct arena *arena, struct secret verifier);
