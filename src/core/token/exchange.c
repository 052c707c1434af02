/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a code, in the order of docs/protocol/http.md 5.4: check the client, read the code's
 * row, reserve a ticket if a key must be derived, claim, derive and mint, record, respond. If no
 * key has to be derived, the grant is minted first and the claim records it too.
 */
#include "core/token/exchange.h"

#include "base/macros.h"
#include "core/authorize/protocol_scope.h"
#include "core/authorize/request.h"
#include "core/clients/client_find.h"
#include "core/identity/id_token.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/token/code.h"
#include "core/token/device_access.h"
#include "core/token/device_poll.h"
#include "core/token/issuing.h"
#include "core/token/refresh_token.h"
#include "core/token/s3.h"
#include "core/token/sealed_access.h"
#include "core/upkeep/rate_limit.h"

enum {
        RECORD_PATIENCE = 30000, /* ms for which recording a minted grant is retried: a failover */
        RECORD_PAUSE = 100,      /* ms between two attempts */
};

/* Where the encryption key of the grant comes from. */
enum key_source {
        KEY_NONE,
        KEY_SEALED,     /* stored with the code since consent */
        KEY_PASSPHRASE, /* in this request: a derivation is needed */
};

struct exchange {
        struct issuing issuing;
        const struct exchange_form *form;
        struct exchange_rows rows;
        bool is_live; /* the code's row was valid when it was read */
        enum key_source key_source;
        struct signing_keys signing_keys; /* if an ID token was asked for */
        struct refresh_issue refresh;     /* if there is a refresh token */
        struct grant grant;               /* as it was claimed */
};

/* The number of the authorization that it is for. */
static int64_t no_of(const struct exchange_form *form)
{
        return form->device ? form->device->request_no : code_row(secret_reveal(form->code));
}

/* --- the client --- */

/* Together with the client, all is read that the exchange will look at. */
static enum err rows_read(struct op *op, struct exchange *x, const struct uuid *client_id)
{
        const struct exchange_key key = {*client_id, no_of(x->form)};

        return store_exchange_rows(op, &key, &x->rows);
}

static enum err rows_find(struct op *op, void *context, const struct client_seek *seek,
                          struct client *ret)
{
        struct exchange *x = context;

        TRY(rows_read(op, x, &seek->ref.id));
        return x->rows.has_client ? client_complete(op, seek, &x->rows.client, ret) : ERR_NO_ROW;
}

/* Checks the proof; nothing is written. */
static enum err client_check(struct exchange *x)
{
        const struct client_finder finder = {rows_find, x};
        struct issuing *issuing = &x->issuing;

        if (!x->form->page)
                return issuing_authenticate(issuing, &x->form->proof, &finder);
        issuing->client = *x->form->page->client;
        return rows_read(&issuing->op, x, &issuing->client.client_id);
}

/* --- the code before the claim --- */

static void claim_fill(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;
        struct slice code = secret_reveal(x->form->code);

        issuing_begin(issuing, "exchange");
        issuing->claim.authorization_no = no_of(x->form);
        if (!issuing->claim.authorization_no)
                (void)op_explain(&issuing->op, ERR_CODE_UNKNOWN, code_text_fault(code));
        issuing->claim.code = token_digest(code);
        issuing->claim.challenge = code_challenge_of(issuing->op.arena, x->form->code_verifier);
        issuing->claim.has_passphrase = !secret_is_absent(x->form->passphrase);
        issuing->claim.replay_grace = issuing->op.ports->policy->code_replay_grace;
}

static int64_t least_of(int64_t a, int64_t b)
{
        return a && (!b || a < b) ? a : b;
}

/* Until when the grant lives; where it can be renewed, not as long as the authorization. */
static void ends_choose(struct exchange *x)
{
        const struct policy *policy = x->issuing.op.ports->policy;
        int64_t now = instant_seconds(x->issuing.op.now);
        int64_t lifetime = x->issuing.request.authorization.lifetime, whole;

        if (x->form->may_refresh &&
            x->issuing.request.authorization.protocol_scopes & PROTOCOL_OFFLINE_ACCESS) {
                whole = least_of(lifetime, policy->refresh_max_lifetime);
                lifetime = least_of(whole, policy->refresh_grant_lifetime);
                x->issuing.claim.lifetime = lifetime;
                x->refresh.ends_at.ms = (now + whole) * 1000;
                x->refresh.expires_at.ms = (now + least_of(whole, policy->refresh_idle)) * 1000;
        }
        if (lifetime)
                x->issuing.ends_at.ms = (now + lifetime) * 1000;
}

static bool wants_id_token(const struct issuing *x)
{
        return x->request.authorization.protocol_scopes & PROTOCOL_OPENID;
}

/* Determines what will have to be done; only the claim decides. */
static enum err code_look(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;
        struct request *request = &issuing->request;

        *request = x->rows.request;
        issuing->project = x->rows.project;
        if (!x->rows.has_request || !issuing_code_looks_good(issuing))
                return ERR_OK;
        if (x->form->page && !uuid_equal(&request->account_id, &x->form->page->account_id))
                return ERR_CODE_UNKNOWN;
        if (!x->rows.has_project)
                return ERR_OK;
        TRY(issuing_scope(issuing, request->authorization.scope));
        issuing->scope_words = request_scope_words(issuing->op.arena, request);
        TRY(arena_check(issuing->op.arena));
        ends_choose(x);
        TRY(issuing_check_details(issuing, x->form->details));
        if (wants_id_token(issuing))
                TRY(signing_keys_read(&issuing->op, &x->signing_keys));
        x->is_live = true;
        if (request->code.sealed_access.data)
                x->key_source = KEY_SEALED;
        else if (issuing->claim.has_passphrase)
                x->key_source = KEY_PASSPHRASE;
        return ERR_OK;
}

/* --- minting --- */

/* The first refresh token, which keeps what the grant can decrypt, and no more than that. */
static enum err refresh_begin(struct exchange *x, struct secret access)
{
        struct issuing *issuing = &x->issuing;
        struct refresh_token_parts parts;
        struct op *op = &issuing->op;

        issuing->refresh_token =
                refresh_token_make(&op->ports->entropy, op->arena, issuing->request.no);
        TRY(arena_check(op->arena));
        parts = refresh_token_read(secret_reveal(issuing->refresh_token));
        x->refresh.family = parts.family;
        x->refresh.token = parts.token;
        if (secret_is_absent(access))
                return ERR_OK;
        return access_seal(op, issuing->refresh_token, issuing->request.no, access,
                           &x->refresh.sealed_access);
}

/* What a refresh token keeps of a root key. */
static enum err root_limit(struct exchange *x, const struct crypto_key *root, struct secret *ret)
{
        if (!root)
                return ERR_OK;
        return mint_access(x->issuing.op.arena, &x->issuing.project, &x->issuing.scope, root, ret);
}

/* Signs the ID token that goes with what was minted. */
static enum err id_token_make(struct exchange *x)
{
        const struct issuing *issuing = &x->issuing;
        struct id_token token = {
                .client = &issuing->client,
                .account_id = issuing->request.account_id,
                .nonce = issuing->request.nonce,
                .authentication = issuing->request.authentication,
                .access_token = issuing->minted.grant,
        };

        return id_token_sign(&x->issuing.op, &x->signing_keys, &token, &x->issuing.id_token);
}

/* Mints with the root key, with the encryption access stored with the code, or without a key. */
static enum err mint(struct exchange *x, const struct crypto_key *root)
{
        struct issuing *issuing = &x->issuing;
        struct mint_key key = {.root = root};
        struct secret access = {0};

        if (x->key_source == KEY_SEALED)
                TRY((x->form->device ? device_access_open : access_open)(
                        issuing->op.arena, x->form->code, issuing->request.no,
                        issuing->request.code.sealed_access, &key.access));
        TRY(issuing_mint(issuing, &key));
        if (wants_id_token(issuing))
                TRY(id_token_make(x));
        if (!x->refresh.ends_at.ms)
                return ERR_OK;
        access = key.access;
        TRY(root_limit(x, root, &access));
        return refresh_begin(x, access);
}

static const struct refresh_issue *refresh_of(const struct exchange *x)
{
        return x->refresh.ends_at.ms ? &x->refresh : NULL;
}

/* --- the two ways --- */

/* A code that did not exist when it was read cannot have been claimed. */
static void claimed_at_once(void *context, enum err error)
{
        struct issuing *issuing = &((struct exchange *)context)->issuing;
        bool is_minted = issuing->claim.sealed_tail.data;

        issuing->is_judged = true;
        issuing_finish_claimed(issuing, error == ERR_OK && !is_minted ? ERR_CODE_FAILED : error);
}

/* No key has to be derived: mint first, then claim and record in one transaction. A prefix without
 * a key is not minted: the claim refuses it with the reason. */
static void exchange_at_once(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;
        bool lacks_key = x->key_source == KEY_NONE && issuing->request.code.needs_passphrase;
        enum err error = x->is_live && !lacks_key ? mint(x, NULL) : ERR_OK;

        if (error != ERR_OK) {
                issuing_finish_claimed(issuing, error);
                return;
        }
        issuing->claim.sealed_tail = issuing->sealed_tail;
        issuing->claim.refresh = refresh_of(x);
        if (issuing->wants_s3) { /* the next step blocks, so this thread may block too */
                error = store_code_claim(&issuing->op, &issuing->claim, &issuing->audit, &x->grant);
                claimed_at_once(x, error);
                return;
        }
        store_code_claim_then(&issuing->op, &issuing->claim, &issuing->audit, &x->grant,
                              (struct completion){claimed_at_once, x});
}

/* Retries, since the store may be unavailable for a moment, and the minted grant would be lost. */
static enum err record(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;
        const struct issued_grant issued = {
                .grant_id = issuing->claim.grant_id,
                .attempt = issuing->claim.attempt,
                .key = {issuing->sealed_tail, issuing->claim.sealed_caveat},
                .authorization_no = issuing->claim.authorization_no,
                .refresh = refresh_of(x),
        };
        const struct clock_port *clock = &issuing->op.ports->clock;
        int64_t give_up = op_time(&issuing->op).ms + RECORD_PATIENCE;
        enum err error;

        for (;;) {
                struct op op = op_step(&issuing->op, issuing->op.arena);

                error = store_grant_issued(&op, &issued);
                if (!error_is_fault(error) || op.now.ms >= give_up)
                        break;
                clock->pause(clock->context, RECORD_PAUSE);
        }
        return error_is_fault(error) ? ERR_COMMIT_UNKNOWN : error;
}

/* The ticket is always used or released. */
static enum err exchange_reserved(struct exchange *x, struct derivation_ticket *ticket)
{
        struct issuing *issuing = &x->issuing;
        const struct root_key_port *port = &issuing->op.ports->root_key;
        struct crypto_key root;
        enum err error =
                store_code_claim(&issuing->op, &issuing->claim, &issuing->audit, &x->grant);

        issuing->is_judged = true;
        if (error != ERR_OK) {
                port->release(port->context, ticket);
                return error;
        }
        TRY(port->derive(port->context, ticket, x->form->passphrase, issuing->project.salt, &root));
        error = mint(x, &root);
        wipe(&root, sizeof(root));
        TRY(error);
        return record(x);
}

static enum err exchange_derived(struct exchange *x)
{
        const struct root_key_port *port = &x->issuing.op.ports->root_key;
        const struct derivation_user user = {.account_id = x->issuing.request.account_id,
                                             .client_id = x->issuing.client.client_id};
        struct derivation_ticket *ticket;

        TRY(port->reserve(port->context, &user, &ticket));
        return exchange_reserved(x, ticket);
}

/* The redirect URI may be left out if it can only have been one (RFC 6749 section 4.1.3). A public
 * client has nothing but its verifier: not even a code from before it was public goes without. */
static enum err form_complete(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;

        if (x->form->device) {
                issuing->claim.redirect_uri = SLICE("");
                return device_check(&issuing->op, x->form->device, &issuing->client,
                                    &x->rows.request);
        }
        if (issuing_is_public(issuing) && secret_is_absent(x->form->code_verifier))
                return ERR_VERIFIER_MISSING;
        issuing->claim.redirect_uri = x->form->redirect_uri;
        if (issuing->claim.redirect_uri.data)
                return ERR_OK;
        if (issuing->client.redirect_uris.n != 1)
                return ERR_REDIRECT_URI_MISSING;
        issuing->claim.redirect_uri = issuing->client.redirect_uris.items[0];
        return ERR_OK;
}

/* The exchange of an authenticated client. */
static void exchange_proven(struct exchange *x)
{
        struct issuing *issuing = &x->issuing;
        enum err error = form_complete(x);

        if (error != ERR_OK && !issuing_is_worth_a_record(issuing, error)) {
                issuing_finish_proven(issuing, error);
                return;
        }
        claim_fill(x);
        if (error == ERR_OK)
                error = code_look(x);
        if (error == ERR_OK && x->is_live && issuing->wants_s3 && !issuing->ends_at.ms)
                error = ERR_CREDENTIALS_NO_END;
        if (error != ERR_OK)
                issuing_finish_claimed(issuing, error);
        else if (x->key_source == KEY_PASSPHRASE)
                issuing_finish_claimed(issuing, exchange_derived(x));
        else
                exchange_at_once(x);
}

bool exchange_may_wait(const struct exchange_form *form)
{
        return !secret_is_absent(form->passphrase) || form->credentials.data;
}

void exchange_code(struct op *op, const struct exchange_form *form, struct exchange_end end)
{
        struct exchange *x = arena_new(op->arena, struct exchange);
        enum err error;

        if (!x) {
                end.run(end.context, ERR_OUT_OF_MEMORY, NULL);
                return;
        }
        *x = (struct exchange){
                .issuing = {.op = *op,
                            .end = end,
                            .wants_s3 = form->credentials.data,
                            .wants_details = form->details != NULL},
                .form = form,
        };
        error = s3_check(op, form->credentials);
        if (error != ERR_OK) { /* of a caller that is not authenticated yet */
                issuing_finish(&x->issuing, limit_address(op, error));
                return;
        }
        error = client_check(x);
        if (error == ERR_OK)
                exchange_proven(x);
        else
                issuing_refuse(&x->issuing, error);
}
