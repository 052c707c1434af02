/* SPDX-License-Identifier: Apache-2.0
 *
 * What we show of ourselves. Satellites ask for a client certificate and nobody checks whose it is,
 * so one is made in memory and forgotten with the process.
 */
#pragma once

#include <openssl/ssl.h>

#include "base/error.h"

/* Makes a leaf and the authority that signed it, ECDSA P-256 with SHA-256, and sets them with the
 * leaf's key. Return: ERR_OK; ERR_INTERNAL: the crypto library failed. */
enum err certificate_use_new(SSL_CTX *context);
