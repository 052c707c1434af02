/* SPDX-License-Identifier: Apache-2.0
 *
 * A server's certificate and its key, from the files http.tls_certificate and http.tls_key.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "config/config.h"

/* PEM texts in the arena; absent without TLS of our own. */
struct tls_files {
        const char *certificate;
        const char *key;
};

/* `why` gets what was wrong.
 * Return: ERR_OK; as file_read() and file_read_secret(). */
enum err tls_files_read(const struct config *config, struct arena *arena, struct buf *why,
                        struct tls_files *ret);

/* The sentence for files that the engine could not use. */
extern const char tls_files_problem[];
