/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering applications and managing their secrets.
 */
#include "core/clients/client.h"

#include "base/macros.h"
#include "base/name.h"
#include "core/clients/client_auth.h"
#include "core/clients/client_keys.h"
#include "core/clients/client_uris.h"
#include "core/clients/redirect_uri.h"
#include "core/grants/scope_refusal.h"
#include "core/ids.h"
#include "core/people/notice.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/seal.h"

static const char *const type_words[] = {
        [APPLICATION_WEB] = "web",
        [APPLICATION_NATIVE] = "native",
};

const char *application_type_text(enum application_type type)
{
        return type_words[type];
}

bool application_type_parse(struct slice text, enum application_type *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(type_words); i++)
                if (slice_equal(text, slice_from_string(type_words[i]))) {
                        *ret = (enum application_type)i;
                        return true;
                }
        return false;
}

/* Users recognize the application by this name. */
static enum err client_name_check(struct slice name)
{
        return name_is_clear(name) ? ERR_OK : ERR_NAME_UNCLEAR;
}

/* Reads both lists into canonical form; unless both are empty, they must include a right. */
static enum err scopes_take(const struct op *op, const struct client_form *form,
                            struct client *client)
{
        struct scope required, optional;

        TRY(scope_read(op, form->scopes, &required));
        TRY(scope_read(op, form->optional_scopes, &optional));
        client->scopes = scope_text(op->arena, &required);
        client->optional_scopes = scope_text(op->arena, &optional);
        if (client->scopes.size + client->optional_scopes.size == 0)
                return ERR_OK;
        return required.rights | optional.rights ? ERR_OK : ERR_SCOPE_NO_RIGHT;
}

static struct secret secret_text_random(struct op *op)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        uint8_t bytes[32];

        op->ports->entropy.fill(op->ports->entropy.context, bytes, sizeof(bytes));
        hex_encode(&text, SLICE_ARRAY(bytes));
        wipe(bytes, sizeof(bytes));
        return secret_copy(op->arena, buf_slice(&text));
}

static enum err secret_row_make(struct op *op, struct secret secret, struct client_secret_row *ret)
{
        struct client_secret_row row = {.id = uuid_ordered(&op->ports->entropy, op->now),
                                        .created_at = op->now,
                                        .is_foreign =
                                                !client_secret_is_ours(secret_reveal(secret))};

        TRY(seal_close(op, SEAL_CLIENT_SECRET, &row.id, secret, &row.sealed));
        *ret = row;
        return ERR_OK;
}

static enum err auth_method_check(const struct op *op, enum client_auth method)
{
        return client_auth_is_allowed(op->ports->policy, method) ? ERR_OK
                                                                 : ERR_CLIENT_AUTH_FORBIDDEN;
}

/* Keys that were sent, and whether there are any, if the method needs some. To look for their
 * weaknesses takes milliseconds, so the quota comes first. */
static enum err keys_take(struct op *op, enum client_auth method, struct slice sent,
                          const struct client *was, struct slice *ret)
{
        if (sent.data)
                return client_keys_take(op->arena, sent, ret);
        return was->jwks.size || !client_auth_has_keys(method) ? ERR_OK : ERR_CLIENT_KEYS_MISSING;
}

enum err client_prepare(struct op *op, const struct client_form *form, struct client *ret,
                        struct secret *ret_secret)
{
        struct secret secret =
                secret_is_absent(form->secret) ? secret_text_random(op) : form->secret;
        struct client client = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .client_id = form->client_id ? *form->client_id : uuid_random(&op->ports->entropy),
                .account_id = op->account_id,
                .name = form->name,
                .description = form->description,
                .redirect_uris = form->redirect_uris,
                .logout_uris = form->logout_uris,
                .status = op->ports->policy->require_approval && !form->is_approved ? CLIENT_WAITING
                                                                                    : CLIENT_ACTIVE,
                .auth_method = form->auth_method ? form->auth_method : CLIENT_AUTH_SECRET_JWT,
                .type = form->type,
                .require_pkce = form->require_pkce,
                .require_pushed = form->require_pushed,
                .legacy_redirect = form->legacy_redirect,
                .device_flow = form->device_flow,
                .refresh_tokens = form->refresh_tokens,
                .secret_max_lifetime = form->secret_max_lifetime,
                .subject = form->subject,
                .id_tokens_es256 = form->id_tokens_es256,
                .created_at = op->now,
        };

        TRY(client_name_check(form->name));
        TRY(client_redirect_uris_check(op, form->redirect_uris, form->type));
        TRY(client_logout_uris_check(op, form->logout_uris, form->type));
        TRY(scopes_take(op, form, &client));
        TRY(auth_method_check(op, client.auth_method));
        if (client_auth_has_secret(client.auth_method))
                TRY(secret_row_make(op, secret, &client.secrets[client.n_secrets++]));
        *ret = client;
        *ret_secret = client.n_secrets ? secret : (struct secret){0};
        return ERR_OK;
}

enum err client_take_keys(struct op *op, const struct client_form *form, struct client *client)
{
        return keys_take(op, client->auth_method, form->jwks, client, &client->jwks);
}

enum err client_create(struct op *op, const struct client_form *form, struct client *ret,
                       struct secret *ret_secret)
{
        struct audit_entry audit;
        struct secret secret;
        struct client client;

        TRY(client_prepare(op, form, &client, &secret));
        TRY(quota_spend_change(op));
        TRY(client_take_keys(op, form, &client));
        audit = audit_entry_of(op, "client_create", &op->account_id, &client.client_id, NULL);
        TRY(store_client_insert(op, &client, &audit));
        *ret = client;
        *ret_secret = secret;
        return ERR_OK;
}

enum err client_of_account(struct op *op, const struct uuid *id, struct client *ret)
{
        enum err error = store_client_get(op, id, ret);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

/* Checks the lists together, as they will be after the change. */
static enum err scopes_change(const struct op *op, const struct client *client,
                              const struct client_update_form *form, struct client_change *change)
{
        struct client after = *client;
        struct scope scope = {0}, joined;

        if (form->scopes) {
                TRY(scope_read(op, *form->scopes, &scope));
                after.scopes = change->scopes = scope_text(op->arena, &scope);
        }
        if (form->optional_scopes) {
                TRY(scope_read(op, *form->optional_scopes, &scope));
                after.optional_scopes = change->optional_scopes = scope_text(op->arena, &scope);
        }
        TRY(client_registered_scope(op->arena, &after, &joined));
        return scope_has_right(&joined) ? ERR_OK : ERR_SCOPE_NO_RIGHT;
}

static bool texts_equal(struct texts a, struct texts b)
{
        if (a.n != b.n)
                return false;
        for (size_t i = 0; i < a.n; i++)
                if (!slice_equal(a.items[i], b.items[i]))
                        return false;
        return true;
}

bool client_is_as_approved(const struct client *was, const struct client *now)
{
        return slice_equal(was->name, now->name) &&
               texts_equal(was->redirect_uris, now->redirect_uris) &&
               was->auth_method == now->auth_method && was->type == now->type;
}

/* Whether the redirect URIs are good for the type, as both will be after the change. */
static enum err redirect_uris_change(const struct op *op, const struct client *client,
                                     const struct client_update_form *form)
{
        enum application_type type = form->type ? *form->type : client->type;

        if (form->redirect_uris || form->type)
                TRY(client_redirect_uris_check(
                        op, form->redirect_uris ? *form->redirect_uris : client->redirect_uris,
                        type));
        if (form->logout_uris || form->type)
                TRY(client_logout_uris_check(
                        op, form->logout_uris ? *form->logout_uris : client->logout_uris, type));
        return ERR_OK;
}

bool client_change_is_grave(const struct client *client, const struct client_update_form *form)
{
        return (form->redirect_uris && !texts_equal(*form->redirect_uris, client->redirect_uris)) ||
               (form->auth_method && *form->auth_method != client->auth_method) || form->jwks.data;
}

/* An operator's approval covers the name, the type, the redirect URIs, and how the application
 * proves who it is. */
static bool changes_what_was_approved(const struct client *client,
                                      const struct client_update_form *form)
{
        return (form->name.data && !slice_equal(form->name, client->name)) ||
               (form->redirect_uris && !texts_equal(*form->redirect_uris, client->redirect_uris)) ||
               (form->logout_uris && !texts_equal(*form->logout_uris, client->logout_uris)) ||
               (form->auth_method && *form->auth_method != client->auth_method) ||
               (form->type && *form->type != client->type) ||
               (form->device_flow && *form->device_flow && !client->device_flow);
}

enum err client_change(struct op *op, const struct client *client,
                       const struct client_update_form *form, struct client *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "client_change", &client->account_id, &client->client_id, NULL);
        struct client_change change = {
                .id = client->id,
                .name = form->name,
                .description = form->description,
                .logout_uris = form->logout_uris,
                .auth_method = form->auth_method,
                .type = form->type,
                .require_pkce = form->require_pkce,
                .require_pushed = form->require_pushed,
                .legacy_redirect = form->legacy_redirect,
                .device_flow = form->device_flow,
                .refresh_tokens = form->refresh_tokens,
                .secret_max_lifetime = form->secret_max_lifetime,
                .subject = form->subject,
                .id_tokens_es256 = form->id_tokens_es256,
                .asks_approval = op->ports->policy->require_approval &&
                                 changes_what_was_approved(client, form),
        };
        enum err error;

        if (form->name.data)
                TRY(form->name.size ? client_name_check(form->name) : ERR_NAME_UNCLEAR);
        if (form->auth_method)
                TRY(auth_method_check(op, *form->auth_method));
        TRY(redirect_uris_change(op, client, form));
        if (form->redirect_uris)
                change.redirect_uris = *form->redirect_uris;
        TRY(scopes_change(op, client, form, &change));
        TRY(quota_spend_change(op));
        TRY(keys_take(op, form->auth_method ? *form->auth_method : client->auth_method, form->jwks,
                      client, &change.jwks));
        error = store_client_update(op, &change, &audit);
        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        return client_of_account(op, &client->id, ret);
}

enum err client_switch(struct op *op, const struct client *client, enum client_status status)
{
        const char *action = status == CLIENT_ACTIVE ? "client_enable" : "client_disable";
        struct audit_entry audit =
                audit_entry_of(op, action, &client->account_id, &client->client_id, NULL);
        struct client_status_change change = {.id = client->id, .status = status};
        enum err error;

        if (status == CLIENT_ACTIVE)
                TRY(quota_spend_change(op));
        error = store_client_set_status(op, &change, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err client_switch_by_operator(struct op *op, const struct client *client, bool on)
{
        struct audit_entry audit = audit_entry_of(op, on ? "client_enable" : "client_disable", NULL,
                                                  &client->client_id, NULL);
        struct client_status_change change = {.id = client->id,
                                              .status = on ? CLIENT_ACTIVE : CLIENT_BLOCKED,
                                              .by_operator = true};
        enum err error = store_client_set_status(op, &change, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err client_rotation_prepare(struct op *op, const struct uuid *id, struct client_rotation *ret)
{
        struct client_rotation rotation = {.secret = secret_text_random(op)};

        TRY(client_of_account(op, id, &rotation.client));
        if (!client_auth_has_secret(rotation.client.auth_method))
                return ERR_CLIENT_HAS_NO_SECRET;
        TRY(secret_row_make(op, rotation.secret, &rotation.row));
        *ret = rotation;
        return ERR_OK;
}

enum err client_rotation_commit(struct op *op, const struct client_rotation *rotation,
                                int64_t overlap)
{
        const struct client *client = &rotation->client;
        struct audit_entry audit =
                audit_entry_of(op, "client_rotate", &client->account_id, &client->client_id, NULL);
        struct new_client_secret secret = {.client_row = client->id,
                                           .secret = rotation->row,
                                           .others_end = instant_add_seconds(op->now, overlap)};
        struct mail notice;
        enum err error;

        TRY(mail_notice_to(op, MAIL_CLIENT_SECRET, &client->account_id, &notice));
        notice.about = client->name;
        audit.notice = &notice;
        error = store_client_secret_add(op, &secret, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err client_rotate(struct op *op, const struct uuid *id, int64_t overlap, struct client *ret,
                       struct secret *ret_secret)
{
        struct client_rotation rotation;

        TRY(client_rotation_prepare(op, id, &rotation));
        TRY(quota_spend_change(op));
        TRY(client_rotation_commit(op, &rotation, overlap));
        *ret = rotation.client;
        *ret_secret = rotation.secret;
        return ERR_OK;
}

enum err client_remove(struct op *op, const struct uuid *id)
{
        struct audit_entry audit = audit_entry_of(op, "client_delete", &op->account_id, NULL, id);
        enum err error = store_client_delete(op, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err client_registered_scope(struct arena *arena, const struct client *client,
                                 struct scope *ret)
{
        struct buf both CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ARENA);

        if (client->scopes.size + client->optional_scopes.size == 0) {
                *ret = (struct scope){.rights = RIGHTS_ALL};
                return ERR_OK;
        }
        buf_put(&both, client->scopes);
        buf_put_byte(&both, ' ');
        buf_put(&both, client->optional_scopes);
        return both.failed ? ERR_OUT_OF_MEMORY : scope_parse_stored(arena, buf_slice(&both), ret);
}
