/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the Authorization header.
 */
#include "http/auth_header.h"

#include <strings.h>

#include "base/macros.h"

/* The characters of RFC 6750's b64token; '=' only at the end, which nobody needs to check. */
static bool is_token(struct slice text)
{
        static const char others[] = "-._~+/=";

        if (text.size == 0 || text.size > BEARER_MAXIMUM)
                return false;
        for (size_t i = 0; i < text.size; i++) {
                uint8_t byte = text.data[i];
                uint8_t letter = byte | 0x20;

                if ((letter < 'a' || letter > 'z') && (byte < '0' || byte > '9') &&
                    !memchr(others, byte, sizeof(others) - 1))
                        return false;
        }
        return true;
}

enum err bearer_read(struct http_call *call, struct secret *ret_token)
{
        struct slice scheme = SLICE("Bearer ");
        struct slice header = call->request.headers.authorization;
        struct slice token;

        if (!header.data) {
                *ret_token = (struct secret){0};
                return ERR_OK;
        }
        if (header.size < scheme.size ||
            strncasecmp((const char *)header.data, (const char *)scheme.data, scheme.size) != 0)
                return ERR_UNAUTHENTICATED;
        token = slice_from(header, scheme.size);
        while (token.size && token.data[0] == ' ')
                token = slice_from(token, 1);
        if (!is_token(token))
                return ERR_UNAUTHENTICATED;
        *ret_token = secret_copy(call->arena, token);
        return ERR_OK;
}
