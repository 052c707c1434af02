/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating references and following them.
 */
#include "core/authorize/pushed.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"

/* RFC 9126 section 2.2 */
#define PREFIX SLICE("urn:ietf:params:oauth:request_uri:")

static struct secret uri_random(struct op *op)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(128);

        buf_put(&text, PREFIX);
        buf_put(&text, secret_reveal(token_random(&op->ports->entropy, op->arena)));
        return secret_copy(op->arena, buf_slice(&text));
}

enum err pushed_keep(struct op *op, const struct client *client, struct slice parameters,
                     struct secret *ret_uri)
{
        struct secret uri = uri_random(op);
        struct pushed_request request = {
                .digest = token_digest(secret_reveal(uri)),
                .client_row = client->id,
                .parameters = parameters,
                .expires_at = instant_add_seconds(op->now, PUSHED_LIFETIME),
        };
        enum err error;

        TRY(arena_check(op->arena));
        if (parameters.size > LIMIT_PUSHED)
                return ERR_FIELD_TOO_LONG;
        TRY(limit_start(op, client, "pushed request"));
        error = store_pushed_insert(op, &request);
        if (error == ERR_TOO_MANY)
                return op_wait(op, PUSHED_LIFETIME, ERR_QUOTA_PUSHED);
        TRY(error);
        *ret_uri = uri;
        return ERR_OK;
}

enum err pushed_open(struct op *op, const struct client *client, struct slice uri,
                     const struct uuid *browser, struct pushed_request *ret)
{
        struct pushed_opening opening = {
                .digest = token_digest(uri),
                .client_row = client->id,
                .browser = *browser,
                .expires_at = instant_add_seconds(op->now, op->ports->policy->consent_lifetime),
        };
        enum err error;

        if (!slice_starts_with(uri, PREFIX))
                return ERR_REQUEST_URI;
        error = store_pushed_open(op, &opening, ret);
        return error == ERR_NO_ROW ? ERR_REQUEST_URI : error;
}
