/* SPDX-License-Identifier: Apache-2.0
 *
 * User codes, and what is asked for with them.
 */
#include "core/authorize/device.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/token/device_access.h"
#include "core/typed_code.h"
#include "core/upkeep/rate_limit.h"

enum {
        CODE_SIZE = 8,  /* letters: 20^8 codes */
        CODE_TRIES = 5, /* until one is free, which the first is but once in millions */
};

/* --- the device --- */

/* Keeps it with the first user code that is free. */
static enum err keep(struct op *op, struct device_request *device, struct slice *ret_user_code)
{
        enum err error = ERR_CONFLICT;

        for (int i = 0; i < CODE_TRIES && error == ERR_CONFLICT; i++) {
                struct buf code CLEANUP(buf_deinit) = BUF_LOCAL(TYPED_CODE_MOST);

                typed_code_random(&op->ports->entropy, CODE_SIZE, &code);
                device->user_code = token_digest(buf_slice(&code));
                *ret_user_code = typed_code_shown(op->arena, buf_slice(&code));
                TRY(arena_check(op->arena));
                error = store_device_insert(op, device);
        }
        if (error == ERR_TOO_MANY)
                return op_wait(op, DEVICE_LIFETIME, ERR_QUOTA_DEVICES);
        return error == ERR_CONFLICT ? ERR_INTERNAL : error;
}

enum err device_begin(struct op *op, const struct client *client, const struct device_wish *wish,
                      struct device_start *ret)
{
        struct device_start start = {.device_code = token_random(&op->ports->entropy, op->arena)};
        struct request_form form = {
                .client_id = client->client_id,
                .scope = wish->scope,
                .details = wish->details,
        };
        uint8_t public_key[X25519_SIZE];
        struct device_request device = {
                .client_row = client->id,
                .public_key = SLICE_ARRAY(public_key),
                .expires_at = instant_add_seconds(op->now, DEVICE_LIFETIME),
        };

        TRY(arena_check(op->arena));
        if (!client->device_flow)
                return ERR_DEVICE_FLOW_OFF;
        TRY(request_default_scope(op->arena, client, &form));
        TRY(request_device_scope(op, client, &form, &device));
        if (device.scope.size + device.asked.size > LIMIT_PUSHED) /* as for a pushed request */
                return ERR_SCOPE_TOO_LONG;
        TRY(device_public_key(start.device_code, public_key));
        device.digest = token_digest(secret_reveal(start.device_code));
        TRY(limit_start(op, client, "device"));
        TRY(keep(op, &device, &start.user_code));
        *ret = start;
        return ERR_OK;
}

/* --- the person --- */

static enum err device_of(struct op *op, struct slice user_code, struct device_request *ret)
{
        struct buf code CLEANUP(buf_deinit) = BUF_LOCAL(TYPED_CODE_MOST);
        struct digest digest;
        enum err error;

        if (!typed_code_read(user_code, CODE_SIZE, &code))
                return ERR_USER_CODE_UNKNOWN;
        digest = token_digest(buf_slice(&code));
        error = store_device_by_user_code(op, &digest, ret);
        return error == ERR_NO_ROW ? ERR_USER_CODE_UNKNOWN : error;
}

enum err device_enter(struct op *op, struct slice user_code, struct request_view *ret)
{
        struct user_code_attempt attempt;
        struct device_request device;
        enum err error;

        TRY(limit_user_code_begin(op, &attempt));
        error = device_of(op, user_code, &device);
        limit_user_code_end(op, &attempt, error);
        TRY(error);
        return request_start_device(op, &device, ret);
}
