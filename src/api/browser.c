/* SPDX-License-Identifier: Apache-2.0
 *
 * The cookie that tells browsers apart.
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
