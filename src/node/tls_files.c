/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading PEM files; the engine checks their content.
 */
#include "node/tls_files.h"

#include "base/files.h"
#include "base/macros.h"

enum { LIMIT_PEM = 256 * 1024 };

const char tls_files_problem[] =
        "http.tls_certificate and http.tls_key: these files are not a certificate and its key in "
        "PEM form";

enum err tls_files_read(const struct config *config, struct arena *arena, struct buf *why,
                        struct tls_files *ret)
{
        struct slice certificate;
        struct secret key;

        *ret = (struct tls_files){0};
        if (!*config->http_tls_certificate)
                return ERR_OK;
        TRY(file_read(config->http_tls_certificate, LIMIT_PEM, arena, &certificate, why));
        TRY(file_read_secret(config->http_tls_key, LIMIT_PEM, arena, &key, why));
        *ret = (struct tls_files){.certificate = arena_string(arena, certificate),
                                  .key = arena_string(arena, secret_reveal(key))};
        return ERR_OK;
}
