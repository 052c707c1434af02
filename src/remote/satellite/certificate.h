/* SPDX-License-Identifier: Apache-2.0
 *
 * Our client certificate. Satellites request one but do not check whose it is, so it is created in
 * memory and lives as long as the process.
 */
#pragma once

#include <openssl/ssl.h>

#include "base/error.h"

/* Creates a leaf and the authority that signs it, ECDSA P-256 with SHA-256, and installs them with
 * the leaf's key. Return: ERR_OK; ERR_INTERNAL: the crypto library failed. */
enum err certificate_use_new(SSL_CTX *context);
