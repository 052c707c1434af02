/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking a request for access before the user sees it.
 */
#include "core/authorize/request.h"

#include "base/macros.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client.h"
#include "core/clients/client_find.h"
#include "core/clients/redirect_uri.h"
#include "core/grants/scope_refusal.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

enum { CHALLENGE_SIZE = 43 }; /* base64url of a SHA-256, RFC 7636 section 4.2 */

static bool redirect_uri_is_registered(const struct client *client, struct slice uri)
{
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                if (redirect_uri_matches(client->redirect_uris.items[i], uri, client->type))
                        return true;
        return false;
}

/* What comes to a device may be seen by other programs there, and a public client has nothing but
 * its verifier. */
static bool needs_pkce(const struct client *client)
{
        return client->require_pkce || client->auth_method == CLIENT_AUTH_NONE ||
               client->type == APPLICATION_NATIVE;
}

static enum err challenge_check(const struct client *client, const struct request_form *form)
{
        struct buf digest CLEANUP(buf_deinit) = BUF_LOCAL(64);

        if (!form->challenge.data && !form->challenge_method.data)
                return needs_pkce(client) ? ERR_PKCE_REQUIRED : ERR_OK;
        if (!slice_equal(form->challenge_method, SLICE("S256")) ||
            form->challenge.size != CHALLENGE_SIZE || !base64url_decode(form->challenge, &digest))
                return ERR_CHALLENGE_METHOD;
        return ERR_OK;
}

/* By scopes, by details, or both. */
static enum err storage_read(const struct op *op, const struct request_form *form,
                             struct texts scopes, struct request_scope *ret)
{
        const struct details *details = form->details;

        if (!details)
                return scope_read_request(op, scopes, &ret->storage);
        ret->protocol |= PROTOCOL_DETAILS;
        ret->project = details->project;
        ret->lifetime_limit = details->lifetime_limit;
        return details_join(op->arena, details, scopes, &ret->storage);
}

/* What is registered limits the storage only; and whether the application is registered to renew
 * its access, its request need not say. */
static enum err scope_check(const struct op *op, const struct client *client,
                            const struct request_form *form, struct request_scope *ret)
{
        struct request_scope requested = {0};
        struct texts storage = form->scope;
        struct scope registered;

        if (!form->is_storage_only)
                TRY(protocol_scopes_split(op->arena, form->scope, &requested.protocol, &storage));
        if (client->refresh_tokens && !form->is_storage_only)
                requested.protocol |= PROTOCOL_OFFLINE_ACCESS;
        TRY(storage_read(op, form, storage, &requested));
        TRY(client_registered_scope(op->arena, client, &registered));
        if (form->details && !scope_is_within(&requested.storage, &registered))
                return ERR_DETAILS_NOT_WITHIN;
        TRY(scope_require_within(op, &requested.storage, &registered,
                                 "that the application has registered"));
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

/* What the user has allowed this client before, and what of it a consent would end. */
static enum err replaced_access(struct op *op, const struct client *client, struct replaced *ret)
{
        const struct authorizations all = {client->id, op->ports->policy->client_authorizations};
        enum err error = all.most ? store_authorization_replaced(op, &all, ret) : ERR_OK;

        return error == ERR_NO_ROW ? ERR_OK : error;
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
        TRY(replaced_access(op, client, &view.replaced));
        *ret = view;
        return arena_check(op->arena);
}

enum err request_client(struct op *op, const struct request_form *form, struct client *ret)
{
        const struct client_ref ref = {form->client_id, form->client_url};
        enum err error = client_find(op, &ref, ret);

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
        TRY(request_client(op, form, &client));
        if (client.redirect_uris.n != 1)
                return ERR_REDIRECT_URI_MISSING;
        form->redirect_uri = client.redirect_uris.items[0];
        return ERR_OK;
}

enum err request_default_scope(struct arena *arena, const struct client *client,
                               struct request_form *form)
{
        struct scope registered;

        if (form->scope.n || form->details ||
            client->scopes.size + client->optional_scopes.size == 0)
                return ERR_OK;
        TRY(client_registered_scope(arena, client, &registered));
        form->scope = scope_list(arena, &registered);
        return arena_check(arena);
}

enum err request_trust(struct op *op, const struct request_form *form, struct client *ret)
{
        struct client client;

        TRY(request_client(op, form, &client));
        if (!redirect_uri_is_registered(&client, form->redirect_uri))
                return ERR_REDIRECT_URI_UNREGISTERED;
        *ret = client;
        return ERR_OK;
}

enum err request_check(const struct op *op, const struct client *client,
                       const struct request_form *form, struct request_scope *ret)
{
        struct request_scope requested;

        if (client->require_pushed && !form->is_pushed)
                return ERR_PUSHED_REQUIRED;
        TRY(scope_check(op, client, form, &requested));
        TRY(challenge_check(client, form));
        *ret = requested;
        return ERR_OK;
}

/* The list as it was written; absent if it is in stored form, longer than that may be, or not all
 * that was asked for. */
static struct slice asked_of(struct arena *arena, struct texts list, struct slice storage,
                             unsigned protocol)
{
        struct slice stored = protocol_scopes_append(arena, storage, protocol);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SCOPE_TEXT);

        if (protocol & PROTOCOL_DETAILS)
                return (struct slice){0};
        for (size_t i = 0; i < list.n; i++) {
                if (i)
                        buf_put_byte(&text, ' ');
                buf_put(&text, list.items[i]);
        }
        if (text.failed || slice_equal(buf_slice(&text), stored))
                return (struct slice){0};
        return arena_copy(arena, buf_slice(&text));
}

/* Stores it, and shows it. A client that is new gets its row from a user who has logged in, and at
 * the cost of that user's quota. */
static enum err request_keep(struct op *op, struct request *request, struct client *client,
                             struct request_view *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "request", &op->account_id, &client->client_id, &request->id);
        struct scope requested;

        TRY(quota_spend_request(op, client));
        TRY(client_admit(op, client));
        if (client->status != CLIENT_ACTIVE)
                return ERR_CLIENT_INACTIVE;
        request->client_row = client->id;
        TRY(scope_parse_stored(op->arena, request->scope, &requested));
        TRY(store_request_insert(op, request, &audit, &request->no));
        return request_view(op, request, client, &requested, ret);
}

/* This server has a page where developers test. A stranger's application that led people here would
 * look as if the server itself asked; one on the user's own machine is shown as such. */
static enum err own_page_check(const struct op *op, const struct client *client, struct slice uri)
{
        struct slice issuer = op->ports->policy->issuer;

        if (!redirect_uri_is_at(uri, issuer) || redirect_uri_is_local(issuer) ||
            uuid_equal(&client->account_id, &op->account_id))
                return ERR_OK;
        return ERR_TEST_NOT_YOURS;
}

enum err request_start(struct op *op, const struct request_form *form, struct request_view *ret)
{
        struct request request = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = op->account_id,
                .redirect_uri = form->redirect_uri,
                .state = form->state,
                .challenge = form->challenge,
                .login_after = form->login_after,
                .nonce = form->nonce,
                .created_at = op->now,
                .expires_at = instant_add_seconds(op->now, op->ports->policy->consent_lifetime),
        };
        struct request_scope requested;
        struct client client;

        TRY(request_trust(op, form, &client));
        TRY(own_page_check(op, &client, form->redirect_uri));
        TRY(request_check(op, &client, form, &requested));
        request.scope = scope_text(op->arena, &requested.storage);
        request.protocol_scopes = requested.protocol;
        request.wanted_project = requested.project;
        request.lifetime_limit = requested.lifetime_limit;
        request.asked = asked_of(op->arena, form->scope, request.scope, requested.protocol);
        return request_keep(op, &request, &client, ret);
}

enum err request_device_scope(const struct op *op, const struct client *client,
                              const struct request_form *form, struct device_request *ret)
{
        struct request_scope requested;

        TRY(scope_check(op, client, form, &requested));
        ret->scope = scope_text(op->arena, &requested.storage);
        ret->protocol_scopes = requested.protocol;
        ret->wanted_project = requested.project;
        ret->lifetime_limit = requested.lifetime_limit;
        ret->asked = asked_of(op->arena, form->scope, ret->scope, requested.protocol);
        return arena_check(op->arena);
}

enum err request_start_device(struct op *op, const struct device_request *device,
                              struct request_view *ret)
{
        struct request request = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = op->account_id,
                .redirect_uri = SLICE(""),
                .scope = device->scope,
                .protocol_scopes = device->protocol_scopes,
                .asked = device->asked,
                .wanted_project = device->wanted_project,
                .lifetime_limit = device->lifetime_limit,
                .device = device->digest,
                .created_at = op->now,
                .expires_at = device->expires_at,
        };
        struct client client;
        enum err error = store_client_by_row(op, &device->client_row, &client);

        if (error == ERR_NO_ROW)
                return ERR_CLIENT_INACTIVE;
        TRY(error);
        if (client.status != CLIENT_ACTIVE || !client.device_flow)
                return ERR_CLIENT_INACTIVE;
        return request_keep(op, &request, &client, ret);
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

struct slice request_scope_words(struct arena *arena, const struct request *request)
{
        const struct authorization *granted = &request->authorization;

        if (request->asked.data && slice_equal(request->scope, granted->scope) &&
            request->protocol_scopes == granted->protocol_scopes)
                return request->asked;
        return protocol_scopes_append(arena, granted->scope, granted->protocol_scopes);
}
