/* SPDX-License-Identifier: Apache-2.0
 *
 * Deciding a request: what was approved, for which project, for how long, and whether the user's
 * key is included.
 */
#include "core/authorize/consent.h"

#include "base/macros.h"
#include "core/authorize/request.h"
#include "core/clients/redirect_uri.h"
#include "core/grants/mint.h"
#include "core/grants/scope_refusal.h"
#include "core/ids.h"
#include "core/people/factor/factor_check.h"
#include "core/people/notice.h"
#include "core/people/session.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/token/code.h"
#include "core/token/device_access.h"
#include "core/token/sealed_access.h"
#include "core/upkeep/audit.h"

/* A grant without a key is tried with a key of zeros; the real key may need more escapes. */
enum { GRANT_SIZE_SLACK = 100 };

/* Everything that a decision depends on. */
struct decision {
        struct op *op;
        const struct consent_form *form;
        struct request request;
        struct client client;
        struct device_request device; /* if a device asks */
        struct project project;
        struct scope requested;
        struct scope approved;
        bool is_refused;
};

static enum err request_load(struct decision *d)
{
        enum err error = store_request_get(d->op, &d->form->request_id, &d->request);

        if (error == ERR_NO_ROW)
                return ERR_INVALID_REQUEST_ID;
        TRY(error);
        if (!uuid_equal(&d->request.account_id, &d->op->account_id))
                return ERR_FORBIDDEN;
        if (d->request.status != REQUEST_PENDING)
                return ERR_REQUEST_NOT_PENDING;
        if (d->request.expires_at.ms <= d->op->now.ms)
                return ERR_REQUEST_EXPIRED;
        if (d->form->authentication.at.ms < d->request.login_after.ms)
                return ERR_LOGIN_REQUIRED;
        error = store_client_by_row(d->op, &d->request.client_row, &d->client);
        if (error == ERR_NO_ROW || (error == ERR_OK && d->client.status != CLIENT_ACTIVE))
                return ERR_CLIENT_INACTIVE;
        TRY(error);
        return scope_parse_stored(d->op->arena, d->request.scope, &d->requested);
}

/* The device that asks, if one does. */
static enum err device_load(struct decision *d)
{
        enum err error;

        if (!request_is_of_device(&d->request))
                return ERR_OK;
        error = store_device_find(d->op, &d->request.device, &d->device);
        if (error == ERR_NO_ROW)
                return ERR_REQUEST_EXPIRED;
        TRY(error);
        if (d->device.request_no)
                return ERR_REQUEST_NOT_PENDING;
        return d->client.device_flow ? ERR_OK : ERR_CLIENT_INACTIVE;
}

/* The one canonical string of one scope. */
static enum err item_text(struct arena *arena, struct slice item, struct slice *ret)
{
        struct scope scope;

        TRY(scope_parse(arena, (struct texts){.items = &item, .n = 1}, &scope));
        *ret = scope_text(arena, &scope);
        return ERR_OK;
}

static enum err contradiction_check(struct arena *arena, const struct consent_form *form)
{
        for (size_t i = 0; i < form->approved.n; i++)
                for (size_t k = 0; k < form->rejected.n; k++) {
                        struct slice yes, no;

                        TRY(item_text(arena, form->approved.items[i], &yes));
                        TRY(item_text(arena, form->rejected.items[k], &no));
                        if (slice_equal(yes, no))
                                return ERR_SCOPE_CONTRADICTION;
                }
        return ERR_OK;
}

/* Reads the lists and determines whether they are a refusal: no right, or places were requested and
 * none is approved. Unticking every bucket never means the whole project. */
static enum err lists_read(struct decision *d)
{
        struct scope rejected;

        d->is_refused = d->form->answer == CONSENT_REFUSE;
        if (d->is_refused)
                return ERR_OK;
        if (d->form->answer == CONSENT_BY_LISTS && !d->form->approved.n && !d->form->rejected.n)
                return ERR_CONSENT_EMPTY;
        TRY(scope_read(d->op, d->form->approved, &d->approved));
        TRY(scope_read(d->op, d->form->rejected, &rejected));
        TRY(contradiction_check(d->op->arena, d->form));
        d->is_refused =
                !scope_has_right(&d->approved) || (d->requested.n_places && !d->approved.n_places);
        return ERR_OK;
}

/* The project that the person chose, or else the one that was asked for, or the oldest. */
static enum err project_find(struct decision *d)
{
        const struct uuid *chosen = d->form->project_id, *wanted = &d->request.wanted_project;
        static const struct uuid any;

        if (uuid_equal(wanted, &any))
                return project_choose(d->op, chosen, &d->project);
        if (chosen && !uuid_equal(chosen, wanted))
                return ERR_DETAILS_PROJECT;
        return project_choose(d->op, wanted, &d->project);
}

/* Checks the validity period of the project's key. */
static enum err key_check(const struct decision *d)
{
        if (d->project.key_begins_at.ms > d->op->now.ms)
                return ERR_PROJECT_KEY_NOT_YET;
        if (d->project.key_ends_at.ms &&
            project_key_rest(d->op->ports->policy, &d->project, d->op->now) < GRANT_LIFETIME_LEAST)
                return ERR_PROJECT_KEY_ENDS;
        return ERR_OK;
}

static enum err scope_check(struct decision *d)
{
        struct scope limits;

        TRY(scope_require_within(d->op, &d->approved, &d->requested,
                                 "that the application has asked for"));
        TRY(key_check(d));
        if (d->project.limits.data) {
                TRY(scope_parse_stored(d->op->arena, d->project.limits, &limits));
                TRY(scope_require_within(d->op, &d->approved, &limits,
                                         "that the key of this project allows"));
        }
        if (d->project.path_cipher == PATH_CIPHER_NONE && scope_has_prefix(&d->approved))
                return ERR_SCOPE_NULL_CIPHER;
        return ERR_OK;
}

/* Seconds; 0: no limit. */
static int64_t lifetime_most(const struct decision *d)
{
        int64_t most = project_lifetime_most(d->op->ports->policy, &d->project, d->op->now);
        int64_t limit = d->request.lifetime_limit;

        return limit && (!most || limit < most) ? limit : most;
}

static enum err lifetime_choose(struct decision *d)
{
        int64_t most = lifetime_most(d);
        int64_t usual = d->op->ports->policy->grant_default_lifetime;

        switch (d->form->lifetime) {
        case LIFETIME_DEFAULT:
                d->request.authorization.lifetime = most != 0 && usual > most ? most : usual;
                break;
        case LIFETIME_SECONDS:
                d->request.authorization.lifetime = d->form->seconds;
                break;
        case LIFETIME_NO_END:
                d->request.authorization.lifetime = 0;
                return most == 0 ? ERR_OK : ERR_LIFETIME_TOO_LONG;
        }
        if (most != 0 && d->request.authorization.lifetime > most)
                return ERR_LIFETIME_TOO_LONG;
        return d->request.authorization.lifetime >= GRANT_LIFETIME_LEAST ? ERR_OK : ERR_FIELD_RANGE;
}

/* Mints the grant once to learn its size, so that no code is issued that cannot be exchanged. */
static enum err size_check(struct decision *d, const struct crypto_key *root)
{
        static const struct crypto_key zeros;
        static const struct uuid nonce;
        bool is_guess = !root && scope_has_prefix(&d->approved);
        struct mint_source source = {.project = &d->project, .key = {.root = root ? root : &zeros}};
        struct mint_terms terms = {
                .scope = &d->approved,
                .ends_at = instant_add_seconds(d->op->now, d->request.authorization.lifetime),
                .nonce = &nonce,
        };
        struct minted minted;

        TRY(project_open_api_key(d->op, &d->project, &source.api_key));
        TRY(mint_grant(d->op->arena, &source, &terms, &minted));
        if (is_guess && secret_reveal(minted.grant).size > LIMIT_GRANT - GRANT_SIZE_SLACK)
                return ERR_GRANT_TOO_LONG;
        return ERR_OK;
}

/* Derives the root key, for the logged-in owner, and seals the encryption access under the code. */
static enum err access_keep(struct decision *d, struct secret code)
{
        const struct root_key_port *port = &d->op->ports->root_key;
        const struct derivation_user user = {.account_id = d->request.account_id,
                                             .client_id = d->client.client_id};
        struct derivation_ticket *ticket;
        struct crypto_key root;
        struct secret access;
        enum err error;

        TRY(port->reserve(port->context, &user, &ticket));
        TRY(port->derive(port->context, ticket, d->form->passphrase, d->project.salt, &root));
        error = size_check(d, &root);
        if (error == ERR_OK)
                error = mint_access(d->op->arena, &d->project, &d->approved, &root, &access);
        wipe(&root, sizeof(root));
        TRY(error);
        if (request_is_of_device(&d->request))
                return device_access_seal(d->op, d->device.public_key, d->request.no, access,
                                          &d->request.code.sealed_access);
        return access_seal(d->op, code, d->request.no, access, &d->request.code.sealed_access);
}

/* What the authorization will be exchanged by: a fresh code; of a device, what it has already. */
static struct secret code_choose(struct decision *d)
{
        struct code *chosen = &d->request.code;
        struct secret code;

        if (request_is_of_device(&d->request)) {
                chosen->digest = d->device.digest;
                chosen->expires_at = d->device.expires_at;
                return (struct secret){0};
        }
        code = code_make(&d->op->ports->entropy, d->op->arena, d->request.no);
        chosen->digest = token_digest(secret_reveal(code));
        chosen->expires_at = instant_add_seconds(d->op->now, d->op->ports->policy->code_lifetime);
        return code;
}

static enum err approve(struct decision *d, struct secret *ret_code)
{
        struct secret code = code_choose(d);
        bool has_passphrase = !secret_is_absent(d->form->passphrase);

        TRY(lifetime_choose(d));
        if (has_passphrase)
                TRY(session_require_proof(d->op, &d->form->authentication));
        TRY(factor_check_consent(d->op, &d->request.account_id, d->form->code));
        if (has_passphrase)
                TRY(access_keep(d, code));
        else
                TRY(size_check(d, NULL));
        d->request.status = REQUEST_APPROVED;
        d->request.authorization.project_id = d->project.id;
        d->request.authorization.scope = scope_text(d->op->arena, &d->approved);
        d->request.authorization.protocol_scopes = d->request.protocol_scopes;
        d->request.authorization.most = d->op->ports->policy->client_authorizations;
        d->request.code.needs_passphrase = !has_passphrase && scope_has_prefix(&d->approved);
        *ret_code = code;
        return ERR_OK;
}

/* The URI the browser goes to, with code or error and its sentence, then state, then iss (RFC
 * 9207). */
static struct slice answer_uri(const struct decision *d, struct secret code)
{
        struct redirect_parameter parameters[] = {
                {"code", secret_reveal(code)},
                {"error", d->is_refused ? SLICE("access_denied") : (struct slice){0}},
                {"error_description",
                 d->is_refused ? SLICE("The user has refused.") : (struct slice){0}},
                {"state", d->request.state},
                {"iss", d->op->ports->policy->issuer},
        };

        return redirect_uri_answer(d->op->arena, d->request.redirect_uri, parameters,
                                   ARRAY_SIZE(parameters));
}

/* Turns the lists into an approval or a refusal, in the order of docs/protocol/http.md 5.3. */
static enum err decide(struct decision *d, struct secret *ret_code)
{
        unsigned required;

        TRY(lists_read(d));
        if (d->is_refused)
                return ERR_OK;
        TRY(project_find(d));
        TRY(scope_check(d));
        required = request_required_rights(d->op->arena, &d->client, &d->requested);
        d->is_refused = (required & ~d->approved.rights) != 0;
        return d->is_refused ? ERR_OK : approve(d, ret_code);
}

enum err consent_decide(struct op *op, const struct consent_form *form, struct consent_result *ret)
{
        struct decision d = {
                .op = op,
                .form = form,
        };
        struct consent_result result = {0};
        struct audit_entry audit;
        struct mail notice;

        TRY(request_load(&d));
        TRY(device_load(&d));
        TRY(decide(&d, &result.code));
        if (d.is_refused)
                d.request.status = REQUEST_REJECTED;
        d.request.decided_at = op->now;
        d.request.authentication = form->authentication;
        audit = audit_entry_of(op, d.is_refused ? "consent_refused" : "consent", &op->account_id,
                               &d.client.client_id, &d.request.id);
        if (!d.is_refused) {
                TRY(mail_notice_to(op, MAIL_CONNECTED, &op->account_id, &notice));
                notice.about = d.client.name;
                audit.notice = &notice;
        }
        if (!request_is_of_device(&d.request)) /* allocated before the decision */
                result.redirect_uri = answer_uri(&d, result.code);
        TRY(store_request_decide(op, &d.request, &audit));
        *ret = result;
        return ERR_OK;
}
