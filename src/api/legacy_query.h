/* SPDX-License-Identifier: Apache-2.0
 *
 * The query of /oauth2-integration, as existing applications write it:
 *
 *      ?client_id=…&client_secret=<JWT>&redirect_uri=http://localhost:3000/cb&scope=read,bucket:b;p
 *
 * Scopes are separated by commas or the parameter is repeated; `bucket:b;p` is a prefix; the
 * redirect URI is sometimes not percent-encoded. What is unknown is ignored.
 */
#pragma once

#include "base/secret.h"
#include "core/grants/scope.h"
#include "http/call.h"

struct legacy_query {
        struct slice client_id;
        struct secret client_secret;
        struct slice redirect_uri;     /* decoded, as a query should be read */
        struct slice redirect_uri_raw; /* as it stands there, up to the next parameter of ours */
        struct texts scope;            /* in today's words */
};

/* Return: ERR_OK; ERR_FIELD_MISSING; ERR_JSON_DUPLICATE; ERR_FIELD_MALFORMED, each with the name
 * in `call->problem_field`; ERR_SCOPE_TOO_LONG. */
enum err legacy_query_read(struct http_call *call, struct legacy_query *ret);
