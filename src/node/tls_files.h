/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificate that a server shows, and its key, from the files of http.tls_certificate and
 * http.tls_key.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"

/* PEM texts in the arena; absent where there is no TLS of our own. */
struct tls_files {
        const char *certificate;
        const char *key;
};

/* What is wrong is said on standard error.
 * Return: ERR_OK; as file_read() and file_read_secret(). */
enum err tls_files_read(const struct config *config, struct arena *arena, struct tls_files *ret);

/* Says that the engine could do nothing with them. */
void tls_files_complain(void);
