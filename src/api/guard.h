/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may call a route: the column of the route table, and its checks.
 */
#pragma once

#include "api/api.h"

enum guard {
        GUARD_PUBLIC, /* anybody */
        GUARD_PAGE,   /* anybody, and a refusal is shown as a page */
        GUARD_PROBE,  /* anybody, with any Host: health probes send an address */
        GUARD_CLIENT, /* an application's server: the handler checks its JWT */

        /* A logged-in account, with the second factor that the operator requires for */
        GUARD_ACCOUNT, /* one's own account: none */
        GUARD_SESSION,
        GUARD_DEVELOPER,
        GUARD_OPERATOR, /* whose account has the role */

        /* A service's token, by its role */
        GUARD_CHECK,
        GUARD_REVOCATIONS,
};

/* Return: ERR_OK; ERR_WRONG_HOST. */
enum err guard_host(const struct api *api, const struct http_call *call);

/* On unsafe methods (docs/protocol/http.md 1.4). Return: ERR_OK; ERR_CSRF_REFUSED. */
enum err guard_cross_site(const struct api *api, const struct http_call *call);

/* By Authorization: Bearer. Return: ERR_OK; ERR_TOKEN_UNKNOWN; ERR_TOKEN_ROLE; faults. */
enum err guard_service(const struct api *api, struct http_call *call, enum token_role role);

/* By Authorization: Bearer, else by cookie. Return: ERR_OK; ERR_UNAUTHENTICATED;
 * ERR_INVALID_REQUEST: two cookies; faults. */
enum err guard_session(const struct api *api, struct http_call *call, struct session *ret);

/* The same for one of the four guards that ask for an account. Return: also ERR_NOT_OPERATOR;
 * ERR_FACTOR_MISSING. */
enum err guard_person(const struct api *api, struct http_call *call, enum guard guard,
                      struct session *ret);

/* Whether a guard is one of these four. */
static inline bool guard_is_person(enum guard guard)
{
        return guard == GUARD_ACCOUNT || guard == GUARD_SESSION || guard == GUARD_DEVELOPER ||
               guard == GUARD_OPERATOR;
}
