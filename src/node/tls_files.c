/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading PEM files; the engine checks their content.
 */
#include "node/tls_files.h"

#include "base/files.h"
#include "base/macros.h"
#include "os/complain.h"

enum { LIMIT_PEM = 256 * 1024 };

enum err tls_files_read(const struct config *config, struct arena *arena, struct tls_files *ret)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct slice certificate;
        struct secret key;
        enum err error;

        *ret = (struct tls_files){0};
        if (!*config->http_tls_certificate)
                return ERR_OK;
        error = file_read(config->http_tls_certificate, LIMIT_PEM, arena, &certificate, &why);
        if (error == ERR_OK)
                error = file_read_secret(config->http_tls_key, LIMIT_PEM, arena, &key, &why);
        if (error != ERR_OK) {
                complain_why(&why);
                return error;
        }
        *ret = (struct tls_files){.certificate = arena_string(arena, certificate),
                                  .key = arena_string(arena, secret_reveal(key))};
        return ERR_OK;
}

void tls_files_complain(void)
{
        complain("http.tls_certificate and http.tls_key: these files are not a certificate and its "
                 "key in PEM form");
}
