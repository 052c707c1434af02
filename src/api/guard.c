/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of the guards.
 */
#include "api/guard.h"

#include "base/macros.h"
#include "core/people/factor/factor.h"
#include "core/people/operator.h"
#include "core/people/service_token.h"
#include "core/people/session.h"
#include "http/auth_header.h"
#include "http/cookie.h"

enum err guard_host(const struct api *api, const struct http_call *call)
{
        return host_check(&api->site, &call->request);
}

enum err guard_cross_site(const struct api *api, const struct http_call *call)
{
        return cross_site_check(&api->site, &call->request);
}

enum err guard_session(const struct api *api, struct http_call *call, struct session *ret)
{
        struct op op = api_op(api, call, NULL);
        struct secret token = {0};

        TRY(bearer_read(call, &token));
        if (secret_is_absent(token))
                TRY(cookie_read(call, (struct cookie){COOKIE_SESSION, api->is_https}, &token));
        return session_authenticate(&op, secret_reveal(token), ret);
}

enum err guard_person(const struct api *api, struct http_call *call, enum guard guard,
                      struct session *ret)
{
        static const enum factor_area areas[] = {
                [GUARD_ACCOUNT] = FACTOR_AREA_ACCOUNT,
                [GUARD_SESSION] = FACTOR_AREA_USER,
                [GUARD_DEVELOPER] = FACTOR_AREA_DEVELOPER,
                [GUARD_OPERATOR] = FACTOR_AREA_OPERATOR,
        };
        struct op op = api_op(api, call, NULL);

        TRY(guard_session(api, call, ret));
        if (guard == GUARD_OPERATOR)
                TRY(operator_check(&ret->account));
        return factor_require(&op, ret, areas[guard]);
}

enum err guard_service(const struct api *api, struct http_call *call, enum token_role role)
{
        struct op op = api_op(api, call, NULL);
        struct secret bearer = {0};

        if (bearer_read(call, &bearer) != ERR_OK)
                return ERR_TOKEN_UNKNOWN;
        return service_token_check(&op, bearer, role);
}

struct op api_op(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = op_begin(api->ports, call->arena);

        op.caller = (struct caller){
                .request_id = call->request.id,
                .address = call->request.peer,
                .user_agent = call->request.headers.user_agent,
                .languages = call->request.headers.accept_language,
                .person = call->request.headers.person,
                .wait = &call->retry_after,
                .explanation = &call->explanation,
        };
        if (session)
                op.account_id = session->account.id;
        return op;
}

struct slice api_url(struct arena *arena, struct slice issuer, struct slice path)
{
        struct buf url CLEANUP(buf_deinit) = BUF_LOCAL(4096);

        buf_put(&url, issuer);
        buf_put(&url, path);
        return arena_copy_buf(arena, &url);
}

enum err api_path_id(const struct http_call *call, struct uuid *ret)
{
        return uuid_decode(call->request.params.values[0], ret) ? ERR_OK : ERR_NOT_FOUND;
}
