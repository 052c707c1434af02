/* SPDX-License-Identifier: Apache-2.0
 *
 * The cookies that tell browsers apart.
 */
#include "api/browser.h"

#include "base/encode.h"
#include "base/macros.h"
#include "core/ids.h"
#include "core/policy.h"
#include "http/cookie.h"

enum err browser_find(const struct api *api, struct http_call *call, struct uuid *ret)
{
        struct secret text;

        TRY(cookie_read(call, (struct cookie){COOKIE_BROWSER, api->is_https}, &text));
        TRY(arena_check(call->arena));
        return uuid_decode(secret_reveal(text), ret) ? ERR_OK : ERR_LINK_UNKNOWN;
}

enum err browser_know(const struct api *api, struct http_call *call, struct uuid *ret)
{
        const struct policy *policy = api->ports->policy;
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        int64_t longest = policy->consent_lifetime + LIMIT_JWT_LIFETIME;
        enum err error = browser_find(api, call, ret);

        if (error == ERR_LINK_UNKNOWN)
                *ret = uuid_random(&api->ports->entropy);
        else
                TRY(error);
        uuid_encode(&text, ret);
        respond_cookie(call, (struct cookie){COOKIE_BROWSER, api->is_https},
                       (struct secret){.hidden = buf_slice(&text)}, longest);
        return ERR_OK;
}

enum { TOKEN_SIZE = 32 };

static bool is_token(struct slice text)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(TOKEN_SIZE);

        return base64url_decode(text, &bytes) && buf_slice(&bytes).size == TOKEN_SIZE;
}

struct secret browser_known(const struct api *api, struct http_call *call)
{
        struct secret kept;

        if (!api->ports->mail.send)
                return (struct secret){0};
        if (cookie_read(call, (struct cookie){COOKIE_KNOWN, api->is_https}, &kept) == ERR_OK &&
            is_token(secret_reveal(kept)))
                return kept;
        return token_random(&api->ports->entropy, call->arena);
}

void browser_remember(const struct api *api, struct http_call *call, struct secret known)
{
        if (!secret_is_absent(known))
                respond_cookie(call, (struct cookie){COOKIE_KNOWN, api->is_https}, known,
                               BROWSER_LIFETIME);
}
