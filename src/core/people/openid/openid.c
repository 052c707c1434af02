/* SPDX-License-Identifier: Apache-2.0
 *
 * Both ends of a log-in with a provider.
 */
#include "core/people/openid/openid.h"

#include "base/crypto.h"
#include "base/macros.h"
#include "core/clients/redirect_uri.h"
#include "core/ids.h"
#include "core/people/openid/provider_account.h"
#include "core/people/openid/redeem.h"
#include "core/policy.h"
#include "core/upkeep/rate_limit.h"

const struct openid_provider *openid_provider_find(const struct op *op, struct slice name)
{
        const struct policy *policy = op->ports->policy;

        for (size_t i = 0; i < policy->n_providers; i++)
                if (slice_equal(policy->providers[i].name, name))
                        return &policy->providers[i];
        return NULL;
}

/* Each provider has its own, so that one cannot pass another's codes on (RFC 9700 section 4.4). */
static struct slice callback_of(struct op *op, const struct openid_provider *provider)
{
        struct buf url CLEANUP(buf_deinit) = BUF_INIT(4 * 1024);

        buf_put(&url, op->ports->policy->issuer);
        buf_put_string(&url, "/login/oidc/");
        buf_put(&url, provider->name);
        buf_put_string(&url, "/callback");
        return arena_copy_buf(op->arena, &url);
}

static struct slice challenge_of(struct op *op, struct slice verifier)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct digest digest;

        crypto_sha256(verifier, &digest);
        base64url_encode(&text, SLICE_ARRAY(digest.bytes));
        return arena_copy_buf(op->arena, &text);
}

static struct slice token_fresh(struct op *op)
{
        return secret_reveal(token_random(&op->ports->entropy, op->arena));
}

enum err openid_begin(struct op *op, const struct openid_provider *provider, struct slice *ret_url,
                      struct secret *ret_ticket)
{
        const struct login_ticket ticket = {provider->name, token_fresh(op), token_fresh(op),
                                            token_fresh(op)};
        const struct redirect_parameter parameters[] = {
                {"response_type", SLICE("code")},
                {"client_id", provider->client_id},
                {"redirect_uri", callback_of(op, provider)},
                {"scope", provider->scopes},
                {"state", ticket.state},
                {"nonce", ticket.nonce},
                {"code_challenge", challenge_of(op, ticket.verifier)},
                {"code_challenge_method", SLICE("S256")},
        };
        struct openid_metadata metadata;

        TRY(openid_metadata(op, provider, &metadata));
        TRY(arena_check(op->arena));
        TRY(ticket_begin(op, &ticket, ret_ticket));
        *ret_url = redirect_uri_answer(op->arena, metadata.authorization_endpoint, parameters,
                                       ARRAY_SIZE(parameters));
        return arena_check(op->arena);
}

/* It is of this browser, this provider and this log-in. */
static enum err ticket_check(struct op *op, const struct openid_provider *provider,
                             const struct openid_return *given, struct login_ticket *ret)
{
        struct login_ticket ticket;

        TRY(ticket_read(op, given->ticket, &ticket));
        if (!slice_equal(ticket.provider, provider->name) ||
            !crypto_equal(ticket.state, given->state))
                return ERR_PROVIDER_STATE;
        *ret = ticket;
        return ERR_OK;
}

/* RFC 9207 section 2.4. */
static enum err issuer_check(struct op *op, const struct openid_provider *provider,
                             const struct openid_metadata *metadata, struct slice issuer)
{
        if (issuer.data ? slice_equal(issuer, provider->issuer) : !metadata->sends_issuer)
                return ERR_OK;
        return op_explain(op, ERR_PROVIDER_TOKEN,
                          SLICE("The browser came back with another iss than the provider's, or "
                                "without one."));
}

/* What the provider refuses is counted as a wrong password is, so that nobody can have this server
 * try codes without end. */
static enum err redeem_limited(struct op *op, const struct openid_provider *provider,
                               const struct openid_metadata *metadata,
                               const struct openid_code *code, struct openid_person *ret)
{
        struct login_attempt attempt;
        enum err error;

        TRY(limit_login_begin(op, code->ticket->state, &attempt));
        error = openid_redeem(op, provider, metadata, code, ret);
        limit_login_end(op, &attempt,
                        error == ERR_PROVIDER_REFUSED ? ERR_INVALID_CREDENTIALS : error);
        return error;
}

enum err openid_finish(struct op *op, const struct openid_provider *provider,
                       const struct openid_return *given, struct slice *ret_subject)
{
        struct openid_metadata metadata;
        struct login_ticket ticket;
        struct openid_person person;

        TRY(ticket_check(op, provider, given, &ticket));
        TRY(openid_metadata(op, provider, &metadata));
        TRY(issuer_check(op, provider, &metadata, given->issuer));
        if (given->error.data || secret_is_absent(given->code))
                return ERR_PROVIDER_REFUSED;
        TRY(redeem_limited(op, provider, &metadata,
                           &(struct openid_code){given->code, callback_of(op, provider), &ticket},
                           &person));
        TRY(provider_account_ensure(op, provider, &person));
        *ret_subject = person.subject;
        return ERR_OK;
}
