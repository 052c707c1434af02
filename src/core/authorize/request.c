/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking a request for access before the user sees it.
 */
#include "core/authorize/request.h"

#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/redirect_uri.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

enum { CHALLENGE_SIZE = 43 }; /* base64url of a SHA-256, RFC 7636 section 4.2 */

static bool redirect_uri_is_registered(const struct client *client, struct slice uri)
{
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                if (redirect_uri_matches(client->redirect_uris.items[i], uri))
                        return true;
        return false;
}

static enum err challenge_check(const struct client *client, const struct request_form *form)
{
        struct buf digest CLEANUP(buf_deinit) = BUF_LOCAL(64);

        if (!form->challenge.data && !form->challenge_method.data)
                return client->require_pkce || client->auth_method == CLIENT_AUTH_NONE
                               ? ERR_PKCE_REQUIRED
                               : ERR_OK;
        if (!slice_equal(form->challenge_method, SLICE("S256")) ||
            form->challenge.size != CHALLENGE_SIZE || !base64url_decode(form->challenge, &digest))
                return ERR_CHALLENGE_METHOD;
        return ERR_OK;
}

static enum err scope_check(struct arena *arena, const struct client *client, struct texts list,
                            struct scope *ret)
{
        struct scope requested, registered;

        TRY(scope_parse_request(arena, list, &requested));
        TRY(client_registered_scope(arena, client, &registered));
        if (!scope_is_within(&requested, &registered))
                return ERR_SCOPE_NOT_WITHIN;
        *ret = requested;
        return ERR_OK;
}

unsigned request_required_rights(struct arena *arena, const struct client *client,
                                 const struct scope *requested)
{
        struct scope required = {0};

        if (scope_parse_stored(arena, client->scopes, &required) != ERR_OK)
                return requested->rights; /* unreadable: nothing may be omitted */
        return requested->rights & required.rights;
}

/* The union of the scopes of this client's live grants for this account. */
static enum err current_access(struct op *op, const struct client *client, struct request_view *ret)
{
        struct scope_list scopes;
        struct scope joined;

        TRY(store_grant_scopes(op, &client->id, &scopes));
        TRY(scope_join_stored(op->arena, scopes.items, scopes.n, &joined));
        ret->current_access = scope_list(op->arena, &joined);
        ret->current_access_is_cut = scopes.is_cut;
        return ERR_OK;
}

static enum err request_view(struct op *op, const struct request *request,
                             const struct client *client, const struct scope *requested,
                             struct request_view *ret)
{
        struct scope required = {
                .rights = request_required_rights(op->arena, client, requested),
        };
        struct scope optional = *requested;
        struct request_view view = {.request = *request, .client = *client};

        optional.rights &= ~required.rights;
        view.needed_access = scope_list(op->arena, requested);
        view.required_scopes = scope_list(op->arena, &required);
        view.optional_scopes = scope_list(op->arena, &optional);
        view.notes = scope_notes(op->arena, requested);
        TRY(current_access(op, client, &view));
        *ret = view;
        return arena_check(op->arena);
}

static enum err client_active(struct op *op, const struct uuid *client_id, struct client *ret)
{
        enum err error = store_client_find(op, client_id, ret);

        if (error == ERR_NO_ROW)
                return ERR_INVALID_CLIENT_ID;
        TRY(error);
        return ret->status == CLIENT_ACTIVE ? ERR_OK : ERR_CLIENT_INACTIVE;
}

enum err request_default_redirect(struct op *op, struct request_form *form)
{
        struct client client;

        if (form->redirect_uri.data)
                return ERR_OK;
        TRY(client_active(op, &form->client_id, &client));
        if (client.redirect_uris.n != 1)
                return ERR_REDIRECT_URI_MISSING;
        form->redirect_uri = client.redirect_uris.items[0];
        return ERR_OK;
}

enum err request_default_scope(struct arena *arena, const struct client *client,
                               struct request_form *form)
{
        struct scope registered;

        if (form->scope.n || client->scopes.size + client->optional_scopes.size == 0)
                return ERR_OK;
        TRY(client_registered_scope(arena, client, &registered));
        form->scope = scope_list(arena, &registered);
        return arena_check(arena);
}

enum err request_trust(struct op *op, const struct request_form *form, struct client *ret)
{
        struct client client;

        TRY(client_active(op, &form->client_id, &client));
        if (!redirect_uri_is_registered(&client, form->redirect_uri))
                return ERR_REDIRECT_URI_UNREGISTERED;
        *ret = client;
        return ERR_OK;
}

enum err request_check(struct arena *arena, const struct client *client,
                       const struct request_form *form, struct scope *ret)
{
        struct scope requested;

        TRY(scope_check(arena, client, form->scope, &requested));
        TRY(challenge_check(client, form));
        *ret = requested;
        return ERR_OK;
}

/* The list as it was written; absent if it is in stored form, or longer than that may be. */
static struct slice asked_of(struct arena *arena, struct texts list, struct slice stored)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SCOPE_TEXT);

        for (size_t i = 0; i < list.n; i++) {
                if (i)
                        buf_put_byte(&text, ' ');
                buf_put(&text, list.items[i]);
        }
        if (text.failed || slice_equal(buf_slice(&text), stored))
                return (struct slice){0};
        return arena_copy(arena, buf_slice(&text));
}

enum err request_start(struct op *op, const struct request_form *form, struct request_view *ret)
{
        struct request request = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = op->account_id,
                .redirect_uri = form->redirect_uri,
                .state = form->state,
                .challenge = form->challenge,
                .created_at = op->now,
                .expires_at = instant_add_seconds(op->now, op->ports->policy->consent_lifetime),
        };
        struct audit_entry audit;
        struct client client;
        struct scope requested;

        TRY(request_trust(op, form, &client));
        TRY(request_check(op->arena, &client, form, &requested));
        TRY(quota_spend_request(op, &client));
        request.client_row = client.id;
        request.scope = scope_text(op->arena, &requested);
        request.asked = asked_of(op->arena, form->scope, request.scope);
        audit = audit_entry_of(op, "request", &op->account_id, &client.client_id, &request.id);
        TRY(store_request_insert(op, &request, &audit, &request.no));
        return request_view(op, &request, &client, &requested, ret);
}

enum err request_show(struct op *op, const struct uuid *id, struct request_view *ret)
{
        struct request request;
        struct client client;
        struct scope requested;
        enum err error = store_request_get(op, id, &request);

        if (error == ERR_NO_ROW ||
            (error == ERR_OK && !uuid_equal(&request.account_id, &op->account_id)))
                return ERR_NOT_FOUND;
        TRY(error);
        error = store_client_by_row(op, &request.client_row, &client);
        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        TRY(scope_parse_stored(op->arena, request.scope, &requested));
        return request_view(op, &request, &client, &requested, ret);
}

struct slice request_scope_words(const struct request *request)
{
        struct slice granted = request->authorization.scope;

        return request->asked.data && slice_equal(request->scope, granted) ? request->asked
                                                                           : granted;
}
