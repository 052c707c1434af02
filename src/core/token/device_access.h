/* SPDX-License-Identifier: Apache-2.0
 *
 * The encryption access that waits for a device. The device_code is not known at consent, so the
 * access is sealed for a public key whose private one only the device_code makes: neither the
 * database nor the master key can open it (docs/decisions/0019-device-flow.md).
 */
#pragma once

#include "base/agreement.h"
#include "core/op.h"

/* The public key that belongs to a device_code. Return: ERR_OK; ERR_INTERNAL; ERR_OUT_OF_MEMORY. */
enum err device_public_key(struct secret device_code, uint8_t ret_public[X25519_SIZE]);

/* For the device of this public key, and the authorization `no`. Return: ERR_OK; ERR_NOT_AUTHENTIC:
 * it is no public key; ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
enum err device_access_seal(struct op *op, struct slice public_key, int64_t no,
                            struct secret access, struct slice *ret_sealed);

/* Return: ERR_OK; ERR_NOT_AUTHENTIC; ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
enum err device_access_open(struct arena *arena, struct secret device_code, int64_t no,
                            struct slice sealed, struct secret *ret_access);
