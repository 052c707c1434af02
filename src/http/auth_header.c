/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the Authorization header.
 */
#include "http/auth_header.h"

#include "base/macros.h"
#include "http/fields.h"

/* RFC 6750's b64token; '=' belongs at the end only, which need not be checked. */
static bool is_token(struct slice text, size_t maximum)
{
        return text.size > 0 && text.size <= maximum && slice_consists_of(text, "-._~+/=");
}

/* What follows `scheme`, which ends with a space; absent if it is another one. */
static struct slice credentials_of(struct slice header, struct slice scheme)
{
        struct slice rest;

        if (!slice_equal_in_any_case(slice_to(header, scheme.size), scheme))
                return (struct slice){0};
        rest = slice_from(header, scheme.size);
        while (rest.size && rest.data[0] == ' ')
                rest = slice_from(rest, 1);
        return rest;
}

bool bearer_is_sent(const struct http_call *call)
{
        return credentials_of(call->request.headers.authorization, SLICE("Bearer ")).data != NULL;
}

enum err bearer_read(struct http_call *call, struct secret *ret_token)
{
        struct slice header = call->request.headers.authorization;
        struct slice token = credentials_of(header, SLICE("Bearer "));

        if (!header.data) {
                *ret_token = (struct secret){0};
                return ERR_OK;
        }
        if (!is_token(token, BEARER_MAXIMUM))
                return ERR_UNAUTHENTICATED;
        *ret_token = secret_copy(call->arena, token);
        return ERR_OK;
}

enum err bearer_grant_read(struct http_call *call, struct secret *ret_grant)
{
        struct slice token = credentials_of(call->request.headers.authorization, SLICE("Bearer "));

        if (!is_token(token, GRANT_BEARER_MAXIMUM))
                return ERR_BEARER_GRANT;
        *ret_grant = secret_copy(call->arena, token);
        return ERR_OK;
}

/* Both halves are form-encoded before they are joined by a colon, which is encoded in them. */
static enum err halves_decode(struct arena *arena, struct slice text, struct basic_credentials *ret)
{
        struct slice id, secret;

        if (!slice_cut(&text, ':', &id) || !id.size)
                return ERR_CLIENT_AUTH_HEADER;
        TRY(query_decode(arena, id, &ret->client_id));
        TRY(query_decode(arena, text, &secret));
        ret->secret = (struct secret){.hidden = secret};
        return ERR_OK;
}

enum err basic_read(struct http_call *call, struct basic_credentials *ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(BASIC_MAXIMUM);
        struct slice header = call->request.headers.authorization;
        struct slice encoded = credentials_of(header, SLICE("Basic "));
        struct basic_credentials basic = {0};
        enum err error;

        *ret = basic;
        if (!header.data)
                return ERR_OK;
        if (!encoded.size || encoded.size > BASIC_MAXIMUM || !base64_decode(encoded, &text))
                return text.out_of_memory ? ERR_OUT_OF_MEMORY : ERR_CLIENT_AUTH_HEADER;
        error = halves_decode(call->arena, buf_slice(&text), &basic);
        if (error == ERR_FIELD_MALFORMED)
                return ERR_CLIENT_AUTH_HEADER;
        TRY(error);
        *ret = basic;
        return ERR_OK;
}
