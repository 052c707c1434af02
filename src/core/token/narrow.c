/* SPDX-License-Identifier: Apache-2.0
 *
 * Narrowing a grant that the client presents.
 */
#include "core/token/narrow.h"

#include "base/macros.h"
#include "core/ag_words.h"
#include "core/grants/issued.h"
#include "core/grants/mint.h"
#include "core/grants/scope_refusal.h"
#include "core/ids.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

/* By words, by details, or by both. */
static enum err words_read(struct op *op, const struct narrow_form *form, struct scope *ret)
{
        struct texts words;

        TRY(scope_split(op->arena, form->scope, &words));
        return form->details ? details_join(op->arena, form->details, words, ret)
                             : scope_read_request(op, words, ret);
}

/* What is asked for, if it is within the grant. Return: ERR_OK; ERR_SCOPE_*; ERR_DETAILS_*; faults.
 */
static enum err scope_choose(struct op *op, const struct narrow_form *form,
                             const struct grant *grant, struct scope *ret)
{
        struct scope scope, whole;

        TRY(scope_parse_stored(op->arena, grant->scope, &whole));
        if (!form->scope.data && !form->details) {
                *ret = whole;
                return ERR_OK;
        }
        TRY(words_read(op, form, &scope));
        if (form->details && (!details_are_of(form->details, &grant->project_id) ||
                              !scope_is_within(&scope, &whole)))
                return ERR_DETAILS_NOT_WITHIN;
        TRY(scope_require_within(op, &scope, &whole, "of the subject_token"));
        *ret = scope;
        return ERR_OK;
}

static enum err refusal_of(enum ag_error error)
{
        if (error == AG_OK)
                return ERR_OK;
        if (error == AG_ERR_NO_KEY)
                return ERR_SCOPE_NEEDS_KEY;
        return error == AG_ERR_LIMIT ? ERR_GRANT_TOO_LONG : ERR_INTERNAL;
}

static enum err text_of(struct arena *arena, const ag_grant *grant, struct secret *ret)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        TRY(refusal_of(ag_grant_text(grant, &text)));
        if (strlen(text) > LIMIT_GRANT)
                return ERR_GRANT_TOO_LONG;
        *ret = secret_copy(arena, slice_from_string(text));
        return arena_check(arena);
}

/* Until when the narrower one lives; zero: no end. */
static struct instant ends_choose(const struct op *op, const struct narrow_form *form,
                                  const struct grant *grant)
{
        struct instant ends;

        if (!form->details || !form->details->lifetime_limit)
                return grant->expires_at;
        ends.ms = (instant_seconds(op->now) + form->details->lifetime_limit) * 1000;
        return grant->expires_at.ms && grant->expires_at.ms < ends.ms ? grant->expires_at : ends;
}

/* Whether a grant has no encryption key, of a project or of a place. */
static bool lacks_key(const ag_grant *grant)
{
        const ag_access *access = ag_grant_access(grant);

        return !ag_access_has_root_key(access) && !ag_access_n_entries(access);
}

static enum err restrict_to(struct op *op, struct secret text, struct mint_terms terms,
                            struct exchange_result *ret)
{
        const struct uuid nonce = uuid_random(&op->ports->entropy);
        ag_grant *whole CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        enum ag_error error;

        if (ag_grant_parse(ag_of(secret_reveal(text)), AG_LENIENT, &whole) != AG_OK)
                return ERR_INTERNAL; /* it was read before */
        terms.nonce = &nonce;
        if (scope_has_prefix(terms.scope) && mint_has_clear_paths(whole))
                return ERR_SCOPE_NULL_CIPHER;
        error = mint_narrow(op->arena, whole, &terms, &narrow);
        TRY(arena_check(op->arena));
        TRY(refusal_of(error));
        ret->lacks_key = lacks_key(narrow);
        return text_of(op->arena, narrow, &ret->access_grant);
}

static struct slice words_of(struct arena *arena, const struct narrow_form *form,
                             const struct scope *scope)
{
        return form->scope.data && !form->details ? form->scope : scope_text(arena, scope);
}

/* Nobody gets a grant that the audit trail does not know of. */
static enum err narrowing_note(struct op *op, const struct client *client,
                               const struct grant *grant)
{
        const struct audit_entry audit = audit_entry_of(op, "grant_narrow", &grant->account_id,
                                                        &client->client_id, &grant->id);

        return quota_spend_narrowing(op, grant, &audit);
}

enum err grant_narrow(struct op *op, const struct client *client, const struct narrow_form *form,
                      struct exchange_result *ret)
{
        struct exchange_result result = {0};
        struct issued issued;
        struct scope scope;
        struct mint_terms terms = {.scope = &scope};

        TRY(issued_look(op, client, form->grant, &issued));
        if (!issued.is_active || issued.is_refresh)
                return ERR_SUBJECT_TOKEN;
        TRY(scope_choose(op, form, &issued.grant, &scope));
        terms.ends_at = ends_choose(op, form, &issued.grant);
        TRY(restrict_to(op, form->grant, terms, &result));
        result.scopes = scope_list(op->arena, &scope);
        result.scope = words_of(op->arena, form, &scope);
        if (form->details)
                result.details = details_text(op->arena, &(struct details){.scope = scope});
        result.notes = scope_notes(op->arena, &scope);
        if (terms.ends_at.ms)
                result.expires_in = instant_seconds(terms.ends_at) - instant_seconds(op->now);
        TRY(arena_check(op->arena));
        TRY(narrowing_note(op, client, &issued.grant));
        *ret = result;
        return ERR_OK;
}
