/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding what a token is.
 */
#include "core/grants/issued.h"

#include "base/macros.h"
#include "core/authorize/details.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client_ref.h"
#include "core/grants/check.h"
#include "core/token/refresh_token.h"
#include "core/upkeep/audit.h"

/* What the token may be used for does not matter here, only that it is genuine. */
static bool is_genuine(const struct grant_verdict *verdict)
{
        return verdict->is_itself &&
               (verdict->reason == CHECK_GOOD || verdict->reason == CHECK_OP_DENIED ||
                verdict->reason == CHECK_PATH_DENIED);
}

static bool is_of(const struct client *client, const struct grant *grant)
{
        return !client || (!grant_is_owners(grant) && uuid_equal(&client->id, &grant->client_row));
}

/* --- grants --- */

/* Return: ERR_OK; ERR_NO_ROW: it is none; faults. */
static enum err grant_find(struct op *op, struct secret token, struct issued *ret)
{
        struct grant_check_form form = {.access_grant = token,
                                        .op = AG_OP_READ,
                                        .time = {.seconds = instant_seconds(op->now)}};
        struct grant_verdict verdict;

        TRY(grant_check(op, &form, &verdict));
        if (!is_genuine(&verdict))
                return ERR_NO_ROW;
        return store_grant_by_id(op, &verdict.grant_id, &ret->grant);
}

/* --- refresh tokens --- */

static struct grant grant_of(struct arena *arena, const struct request *request,
                             const struct refresh_state *state)
{
        const struct authorization *granted = &request->authorization;

        return (struct grant){
                .authorization_no = request->no,
                .account_id = request->account_id,
                .client_row = request->client_row,
                .scope = protocol_scopes_append(arena, granted->scope, granted->protocol_scopes),
                .created_at = state->last_used_at,
                .expires_at = state->expires_at,
        };
}

/* Return: as grant_find(). */
static enum err refresh_find(struct op *op, const struct refresh_token_parts *parts,
                             struct issued *ret)
{
        struct issued issued = {.is_refresh = true};
        struct refresh_state state;
        struct request request;
        struct client client;

        TRY(store_refresh_find(op, &parts->no, &state));
        if (!state.is_alive || !digest_equal(&state.token, &parts->token))
                return ERR_NO_ROW;
        TRY(store_code_find(op, &parts->no, &request));
        TRY(store_client_by_row(op, &request.client_row, &client));
        if (client.status != CLIENT_ACTIVE)
                return ERR_NO_ROW;
        issued.grant = grant_of(op->arena, &request, &state);
        issued.grant.client_id = client.client_id;
        *ret = issued;
        return arena_check(op->arena);
}

static enum err refresh_revoke(struct op *op, const struct client *client,
                               const struct refresh_token_parts *parts)
{
        struct refresh_end end = {parts->no, parts->family, client->id};
        struct audit_entry audit =
                audit_entry_of(op, "authorization_revoke", NULL, &client->client_id, NULL);

        return store_refresh_end(op, &end, &audit);
}

/* --- either --- */

/* What the client calls itself, if that is no UUID. */
static enum err client_url_find(struct op *op, struct issued *issued)
{
        struct client client;
        enum err error;

        if (!client_id_is_of_url(&issued->grant.client_id))
                return ERR_OK;
        error = store_client_by_row(op, &issued->grant.client_row, &client);
        if (error == ERR_OK)
                issued->client_url = client.document;
        return error == ERR_NO_ROW ? ERR_OK : error;
}

enum err issued_look(struct op *op, const struct client *client, struct secret token,
                     struct issued *ret)
{
        const struct refresh_token_parts parts = refresh_token_read(secret_reveal(token));
        struct issued issued = {0};
        enum err error;

        *ret = issued;
        error = parts.no ? refresh_find(op, &parts, &issued) : grant_find(op, token, &issued);
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        issued.is_active = is_of(client, &issued.grant);
        if (!issued.is_active)
                return ERR_OK;
        TRY(client_url_find(op, &issued));
        *ret = issued;
        return ERR_OK;
}

enum err issued_details(struct op *op, const struct issued *issued, struct slice *ret)
{
        const struct grant *grant = &issued->grant;
        struct request request;
        struct scope scope;
        enum err error;

        *ret = (struct slice){0};
        if (grant_is_owners(grant))
                return ERR_OK;
        error = store_code_find(op, &grant->authorization_no, &request);
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        if (!(request.protocol_scopes & PROTOCOL_DETAILS))
                return ERR_OK;
        TRY(scope_parse_stored(op->arena,
                               issued->is_refresh ? request.authorization.scope : grant->scope,
                               &scope));
        *ret = details_granted(op->arena, &request, &scope);
        return arena_check(op->arena);
}

enum err issued_revoke(struct op *op, const struct client *client, struct secret token)
{
        const struct refresh_token_parts parts = refresh_token_read(secret_reveal(token));
        struct audit_entry audit;
        struct issued issued;
        struct op owner = *op; /* in whose name it is revoked */
        enum err error;

        if (parts.no)
                return refresh_revoke(op, client, &parts);
        TRY(issued_look(op, client, token, &issued));
        if (!issued.is_active)
                return ERR_OK;
        owner.account_id = issued.grant.account_id;
        audit = audit_entry_of(&owner, "grant_revoke", &issued.grant.account_id, &client->client_id,
                               &issued.grant.id);
        error = store_grant_revoke(&owner, &issued.grant.id, &audit, &issued.grant);
        return error == ERR_NO_ROW ? ERR_OK : error;
}
