/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering an application that has no developer here.
 */
#include "core/clients/registration.h"

#include "base/macros.h"
#include "core/authorize/protocol_scope.h"
#include "core/clients/client.h"
#include "core/clients/redirect_uri.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

enum application_type registration_type(const struct registration_form *form)
{
        if (form->type)
                return *form->type;
        for (size_t i = 0; i < form->redirect_uris.n; i++)
                if (!redirect_uri_is_local(form->redirect_uris.items[i]))
                        return APPLICATION_WEB;
        return APPLICATION_NATIVE;
}

/* RFC 7591's default is to send the secret itself; where that is forbidden, grantd's own. */
static enum client_auth auth_method_of(const struct policy *policy,
                                       const struct registration_form *form)
{
        if (form->auth_method)
                return form->auth_method;
        return policy->raw_secrets ? CLIENT_AUTH_SECRET_BASIC : CLIENT_AUTH_SECRET_JWT;
}

static struct slice name_of(const struct registration_form *form)
{
        return form->name.size ? form->name : SLICE("Unnamed application");
}

/* Whoever registers may do so again, so it costs no quota of an account: how many come from an
 * address is limited, and how many there are. */
static enum err registration_store(struct op *op, const struct client_form *form,
                                   struct client *client)
{
        const struct registered_client registered = {
                .client = client,
                .limit = op->ports->policy->dynamic_limit,
                .look_at = instant_add_seconds(op->now, UNUSED_CLIENT_LIFETIME),
        };
        struct audit_entry audit;

        client->account_id = *account_of_nobody();
        TRY(client_take_keys(op, form, client));
        audit = audit_entry_of(op, "client_register", NULL, &client->client_id, NULL);
        return store_client_register(op, &registered, &audit);
}

enum err client_register(struct op *op, const struct registration_form *form,
                         struct client_registration *ret)
{
        struct client_form sound = {
                .name = name_of(form),
                .redirect_uris = form->redirect_uris,
                .logout_uris = form->logout_uris,
                .auth_method = auth_method_of(op->ports->policy, form),
                .type = registration_type(form),
                .jwks = form->jwks,
                .refresh_tokens = form->refresh_tokens,
        };
        struct client_registration made = {0};
        struct digest attempt;
        unsigned words;
        enum err error;

        TRY(protocol_scopes_split(op->arena, form->scope, &words, &sound.optional_scopes));
        TRY(client_prepare(op, &sound, &made.client, &made.secret));
        TRY(limit_registration_begin(op, &attempt));
        error = registration_store(op, &sound, &made.client);
        limit_registration_end(op, &attempt, error);
        TRY(error);
        made.scope = protocol_scopes_append(op->arena, made.client.optional_scopes, words);
        *ret = made;
        return arena_check(op->arena);
}
