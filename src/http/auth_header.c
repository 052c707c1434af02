/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the Authorization header.
 */
#include "http/auth_header.h"

#include "base/macros.h"

/* RFC 6750's b64token; '=' belongs at the end only, which need not be checked. */
static bool is_token(struct slice text)
{
        return text.size > 0 && text.size <= BEARER_MAXIMUM && slice_consists_of(text, "-._~+/=");
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
        if (!slice_equal_in_any_case(slice_to(header, scheme.size), scheme))
                return ERR_UNAUTHENTICATED;
        token = slice_from(header, scheme.size);
        while (token.size && token.data[0] == ' ')
                token = slice_from(token, 1);
        if (!is_token(token))
                return ERR_UNAUTHENTICATED;
        *ret_token = secret_copy(call->arena, token);
        return ERR_OK;
}
