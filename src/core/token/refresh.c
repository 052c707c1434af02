/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging a refresh token: check the client, look at the family's row without a lock, mint what
 * the token seems to be good for, and let one transaction decide whether it is.
 */
#include "core/token/refresh.h"

#include "base/macros.h"
#include "core/authorize/protocol_scope.h"
#include "core/authorize/request.h"
#include "core/grants/scope_refusal.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/token/issuing.h"
#include "core/token/refresh_token.h"
#include "core/token/s3.h"
#include "core/token/sealed_access.h"
#include "core/upkeep/rate_limit.h"

enum { TRIES = 5 }; /* while others use the same token */

struct refreshing {
        struct issuing issuing;
        const struct refresh_form *form;
        struct refresh_token_parts parts;
        struct refresh_state state;
        struct refresh refresh; /* what goes to the store, with the claim */
        struct refresh_issue next;
        bool is_minted;
};

/* --- what was granted, and what is asked of it --- */

/* The storage that is asked for by words, details, or both, and the other words. */
static enum err words_read(const struct refreshing *r, struct scope *ret, unsigned *ret_protocol)
{
        const struct details *details = r->form->details;
        struct arena *arena = r->issuing.op.arena;
        struct texts words, storage;

        TRY(scope_split(arena, r->form->scope, &words));
        TRY(protocol_scopes_split(arena, words, ret_protocol, &storage));
        return details ? details_join(arena, details, storage, ret)
                       : scope_read_request(&r->issuing.op, storage, ret);
}

/* That, if it is within what was granted. */
static enum err scope_narrow(struct refreshing *r, struct scope *ret)
{
        const struct authorization *granted = &r->issuing.request.authorization;
        const struct details *details = r->form->details;
        struct scope scope, whole;
        unsigned protocol;

        TRY(words_read(r, &scope, &protocol));
        TRY(scope_parse_stored(r->issuing.op.arena, granted->scope, &whole));
        if (details &&
            (!scope_is_within(&scope, &whole) || !details_are_of(details, &granted->project_id)))
                return ERR_DETAILS_NOT_WITHIN;
        TRY(scope_require_within(&r->issuing.op, &scope, &whole, "that the user has approved"));
        if (protocol & ~granted->protocol_scopes)
                return ERR_SCOPE_NOT_WITHIN;
        *ret = scope;
        return ERR_OK;
}

/* A prefix is encrypted, so nobody can name it without a key. */
static enum err prefix_check(const struct refreshing *r, const struct scope *scope)
{
        if (!scope_has_prefix(scope))
                return ERR_OK;
        if (r->issuing.project.path_cipher == PATH_CIPHER_NONE)
                return ERR_SCOPE_NULL_CIPHER;
        return r->state.sealed_access.data ? ERR_OK : ERR_SCOPE_NEEDS_KEY;
}

static enum err scope_choose(struct refreshing *r)
{
        struct issuing *issuing = &r->issuing;
        struct arena *arena = issuing->op.arena;
        struct scope scope;

        r->refresh.scope = issuing->request.authorization.scope;
        issuing->scope_words = request_scope_words(arena, &issuing->request);
        if (r->form->scope.data || r->form->details) {
                TRY(scope_narrow(r, &scope));
                TRY(prefix_check(r, &scope));
                r->refresh.scope = scope_text(arena, &scope);
                issuing->scope_words = r->form->details ? r->refresh.scope : r->form->scope;
        }
        return issuing_scope(issuing, r->refresh.scope);
}

/* --- a token that is good --- */

/* Return: seconds that the next grant may live; 0 or less: none. */
static int64_t lifetime_choose(const struct refreshing *r)
{
        const struct issuing *issuing = &r->issuing;
        const struct policy *policy = issuing->op.ports->policy;
        struct instant now = issuing->op.now;
        const struct details *details = r->form->details;
        int64_t lifetime = policy->refresh_grant_lifetime;
        int64_t rest = instant_seconds(r->state.ends_at) - instant_seconds(now);
        int64_t most = project_lifetime_most(policy, &issuing->project, now);

        if (rest < lifetime)
                lifetime = rest;
        if (details && details->lifetime_limit && details->lifetime_limit < lifetime)
                lifetime = details->lifetime_limit;
        return most && most < lifetime ? most : lifetime;
}

/* The token that takes its place. */
static enum err next_make(struct refreshing *r, struct secret access)
{
        struct issuing *issuing = &r->issuing;
        struct op *op = &issuing->op;
        uint8_t *salt = arena_alloc(op->arena, REFRESH_SALT_SIZE);
        struct instant idle = instant_add_seconds(op->now, op->ports->policy->refresh_idle);

        if (!salt)
                return ERR_OUT_OF_MEMORY;
        op->ports->entropy.fill(op->ports->entropy.context, salt, REFRESH_SALT_SIZE);
        r->next = (struct refresh_issue){
                .family = r->parts.family,
                .salt = slice_new(salt, REFRESH_SALT_SIZE),
                .expires_at = idle.ms < r->state.ends_at.ms ? idle : r->state.ends_at,
                .ends_at = r->state.ends_at,
        };
        issuing->refresh_token = refresh_token_next(op->arena, r->form->token, r->next.salt);
        TRY(arena_check(op->arena));
        r->next.token = refresh_token_read(secret_reveal(issuing->refresh_token)).token;
        if (secret_is_absent(access))
                return ERR_OK;
        return access_seal(op, issuing->refresh_token, r->parts.no, access, &r->next.sealed_access);
}

static enum err mint(struct refreshing *r, struct slice sealed_access, struct mint_key *ret_key)
{
        struct issuing *issuing = &r->issuing;
        struct mint_key key = {0};

        if (sealed_access.data)
                TRY(access_open(issuing->op.arena, r->form->token, r->parts.no, sealed_access,
                                &key.access));
        TRY(issuing_mint(issuing, &key));
        r->is_minted = true;
        *ret_key = key;
        return ERR_OK;
}

static enum err renew(struct refreshing *r)
{
        struct issuing *issuing = &r->issuing;
        int64_t lifetime = lifetime_choose(r);
        struct mint_key key = {0};

        if (lifetime <= 0)
                return ERR_REFRESH_ENDED;
        TRY(scope_choose(r));
        issuing->ends_at.ms = (instant_seconds(issuing->op.now) + lifetime) * 1000;
        TRY(mint(r, r->state.sealed_access, &key));
        TRY(next_make(r, key.access));
        r->refresh.claim.grant_id = issuing->claim.grant_id;
        r->refresh.claim.lifetime = lifetime;
        r->refresh.claim.sealed_tail = issuing->sealed_tail;
        r->refresh.claim.sealed_caveat = issuing->claim.sealed_caveat;
        r->refresh.claim.refresh = &r->next;
        return ERR_OK;
}

/* --- a token whose response was lost --- */

static struct slice words_of(const struct refreshing *r, const struct grant *grant)
{
        const struct request *request = &r->issuing.request;
        struct arena *arena = r->issuing.op.arena;

        if (slice_equal(grant->scope, request->authorization.scope))
                return request_scope_words(arena, request);
        return protocol_scopes_append(arena, grant->scope, request->authorization.protocol_scopes);
}

/* The same grant and the same successor as the first time. */
static enum err repeat(struct refreshing *r)
{
        struct issuing *issuing = &r->issuing;
        struct mint_key key = {0};
        struct grant grant;
        enum err error = store_grant_by_id(&issuing->op, &r->state.grant_id, &grant);

        r->refresh.claim.grant_id = r->state.grant_id;
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        TRY(issuing_scope(issuing, grant.scope));
        issuing->scope_words = words_of(r, &grant);
        issuing->ends_at = grant.expires_at;
        issuing->claim.grant_id = grant.id;
        issuing->refresh_token =
                refresh_token_next(issuing->op.arena, r->form->token, r->state.salt);
        TRY(arena_check(issuing->op.arena));
        return mint(r, r->state.previous_access, &key);
}

/* --- one try --- */

/* Reads what the token is good for without a lock. Return: ERR_OK, and whether it is good for
 * anything. */
static enum err look(struct refreshing *r, bool *ret_is_good)
{
        struct issuing *issuing = &r->issuing;
        struct op *op = &issuing->op;
        enum err error = store_refresh_find(op, &r->parts.no, &r->state);

        *ret_is_good = false;
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        if (!r->state.is_alive || !digest_equal(&r->state.family, &r->parts.family))
                return ERR_OK;
        error = store_code_find(op, &r->parts.no, &issuing->request);
        if (error == ERR_OK)
                error = store_project_get(op, &issuing->request.authorization.project_id,
                                          &issuing->project);
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        *ret_is_good = uuid_equal(&issuing->request.client_row, &issuing->client.id);
        return ERR_OK;
}

static enum err prepare(struct refreshing *r)
{
        const struct issuing *issuing = &r->issuing;
        struct instant calm;
        bool is_good;

        r->is_minted = false;
        r->refresh.claim = issuing->claim;
        TRY(look(r, &is_good));
        if (!is_good)
                return ERR_OK;
        if (digest_equal(&r->state.token, &r->parts.token))
                return renew(r);
        calm = instant_add_seconds(r->state.replaced_at, r->refresh.grace);
        if (digest_equal(&r->state.previous, &r->parts.token) && issuing->op.now.ms <= calm.ms)
                return repeat(r);
        return ERR_OK;
}

static enum err try_once(struct refreshing *r)
{
        struct issuing *issuing = &r->issuing;
        struct refreshed refreshed = {0};
        enum err error;

        TRY(prepare(r));
        error = store_refresh(&issuing->op, &r->refresh, &issuing->audit, &refreshed);
        if (error == ERR_QUOTA_REFRESH)
                error = op_wait(&issuing->op, refreshed.wait, error);
        issuing->is_judged = error != ERR_CONFLICT;
        return error == ERR_OK && !r->is_minted ? ERR_CONFLICT : error;
}

static enum err refresh_proven(struct refreshing *r)
{
        const struct uuid fresh = r->issuing.claim.grant_id;
        enum err error = ERR_CONFLICT;

        for (unsigned i = 0; error == ERR_CONFLICT && i < TRIES; i++) {
                r->issuing.claim.grant_id = fresh;
                error = try_once(r);
        }
        return error == ERR_CONFLICT ? ERR_BUSY : error;
}

static enum err refresh_authenticated(struct refreshing *r)
{
        struct issuing *issuing = &r->issuing;

        issuing_begin(issuing, "refresh");
        r->parts = refresh_token_read(secret_reveal(r->form->token));
        issuing->claim.authorization_no = r->parts.no;
        r->refresh.family = r->parts.family;
        r->refresh.token = r->parts.token;
        r->refresh.grace = issuing->op.ports->policy->refresh_grace;
        return refresh_proven(r);
}

void refresh_exchange(struct op *op, const struct refresh_form *form, struct exchange_end end)
{
        struct refreshing *r = arena_new(op->arena, struct refreshing);
        enum err error;

        if (!r) {
                end.run(end.context, ERR_OUT_OF_MEMORY, NULL);
                return;
        }
        r->issuing = (struct issuing){.op = *op,
                                      .end = end,
                                      .wants_s3 = form->credentials.data,
                                      .wants_details = form->details != NULL};
        r->form = form;
        error = s3_check(op, form->credentials);
        if (error != ERR_OK) { /* of a caller that is not authenticated yet */
                issuing_finish(&r->issuing, limit_address(op, error));
                return;
        }
        error = issuing_authenticate(&r->issuing, &form->proof, NULL);
        if (error == ERR_OK)
                issuing_finish_claimed(&r->issuing, refresh_authenticated(r));
        else
                issuing_refuse(&r->issuing, error);
}
