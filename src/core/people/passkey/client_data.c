/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking what the browser says.
 */
#include "core/people/passkey/client_data.h"

#include "base/json.h"
#include "base/macros.h"
#include "core/policy.h"

static const char *const types[] = {
        [CLIENT_DATA_CREATE] = "webauthn.create",
        [CLIENT_DATA_GET] = "webauthn.get",
};

static enum err wrong(struct op *op, const char *why)
{
        return op_explain(op, ERR_PASSKEY_WRONG, slice_from_string(why));
}

static bool is_text(const json_t *object, const char *name, struct slice expected)
{
        const json_t *value = json_object_get(object, name);

        return json_is_string(value) && slice_equal(json_slice(value), expected);
}

static enum err object_check(struct op *op, const json_t *object, enum client_data_type type)
{
        const json_t *cross_origin = json_object_get(object, "crossOrigin");

        if (!is_text(object, "type", slice_from_string(types[type])))
                return wrong(op, "The type in clientDataJSON is another one: a new passkey is "
                                 "webauthn.create, a log-in webauthn.get.");
        if (!is_text(object, "origin", op->ports->policy->issuer))
                return wrong(op, "The passkey was used on the page of another origin; open this "
                                 "server at its public URL.");
        if (cross_origin && !json_is_false(cross_origin))
                return wrong(op, "The passkey was used in a frame of another site's page; open "
                                 "this server by itself.");
        return ERR_OK;
}

enum err client_data_read(struct op *op, struct slice json, enum client_data_type type,
                          struct slice *ret_challenge)
{
        json_t *object CLEANUP(json_decrefp) = NULL;
        enum err error = json_read(json, &object);

        if (error != ERR_OK)
                return error_is_fault(error) ? error
                                             : wrong(op, "clientDataJSON is not one JSON object.");
        TRY(object_check(op, object, type));
        /* Absent: no challenge of ours is. */
        *ret_challenge = arena_copy(op->arena, json_slice(json_object_get(object, "challenge")));
        return arena_check(op->arena);
}
