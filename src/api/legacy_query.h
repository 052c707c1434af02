/* SPDX-License-Identifier: Apache-2.0
 *
 * The query of /oauth2-integration, as existing applications write it:
 *
 *      ?client_id=…&client_secret=<JWT>&redirect_uri=http://localhost:3000/cb&scope=read,bucket:b;p
 *
 * Scopes are separated by commas or the parameter is repeated; `bucket:b;p` is a prefix; the
 * redirect URI is sometimes not percent-encoded. Unknown parameters are ignored.
 */
#pragma once

#include "base/secret.h"
#include "core/grants/scope.h"
#include "http/call.h"

struct legacy_query {
        struct slice client_id;
        struct secret client_secret;
        struct slice redirect_uri;     /* decoded, as in any query */
        struct slice redirect_uri_raw; /* as sent, up to the next known parameter */
        struct texts scope;            /* in the present form */
};

/* Return: ERR_OK; ERR_FIELD_MISSING; ERR_JSON_DUPLICATE; ERR_FIELD_MALFORMED, each with the name
 * in `call->problem_field`; ERR_SCOPE_TOO_LONG. */
enum err legacy_query_read(struct http_call *call, struct legacy_query *ret);
