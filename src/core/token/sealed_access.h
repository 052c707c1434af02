/* SPDX-License-Identifier: Apache-2.0
 *
 * The encryption access that may be stored with a code or a refresh token, sealed under its text:
 * neither the database nor the master key can open it (docs/protocol/http.md 5.3).
 */
#pragma once

#include "base/crypto.h"
#include "core/op.h"

/* `no` is the authorization's. Return: ERR_OK; ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
enum err access_seal(struct op *op, struct secret token, int64_t no, struct secret access,
                     struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC; ERR_OUT_OF_MEMORY. */
enum err access_open(struct arena *arena, struct secret token, int64_t no, struct slice sealed,
                     struct secret *ret_access);
