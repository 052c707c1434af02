/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking grants. A grant's id is the nonce of its caveat, so a key names the grants it was
 * derived from; their recorded tails in its chain prove it.
 *
 * The whole chain of a self-issued key is recomputed from its secret. We do not know the secret of
 * an imported key; its chain is verified from the recorded tail on.
 */
#include "core/grants/check.h"

#include "base/macros.h"
#include "core/ag_words.h"
#include "core/grants/tail.h"
#include "core/upkeep/seal.h"

enum { TAILS = AG_MAX_CAVEATS + 1 };
static const int64_t year_10000 = 253402300800; /* which no response can name */

struct check {
        struct op *op;
        const struct grant_check_form *form;
        const ag_api_key *key;
        struct project project;
        size_t n; /* caveats */
        uint8_t tails[TAILS][AG_TAIL_SIZE];
        struct grant_verdict verdict;
};

static const struct {
        const char *name;
        enum ag_op op;
} ops[] = {
        {"read", AG_OP_READ},
        {"write", AG_OP_WRITE},
        {"list", AG_OP_LIST},
        {"delete", AG_OP_DELETE},
        {"project_info", AG_OP_PROJECT_INFO},
        {"lock", AG_OP_LOCK},
        {"put_object_retention", AG_OP_PUT_RETENTION},
        {"get_object_retention", AG_OP_GET_RETENTION},
        {"put_legal_hold", AG_OP_PUT_LEGAL_HOLD},
        {"get_legal_hold", AG_OP_GET_LEGAL_HOLD},
        {"bypass_governance", AG_OP_BYPASS_GOVERNANCE},
        {"put_bucket_lock", AG_OP_PUT_BUCKET_LOCK},
        {"get_bucket_lock", AG_OP_GET_BUCKET_LOCK},
        {"put_bucket_notification", AG_OP_PUT_BUCKET_NOTIFICATION},
        {"get_bucket_notification", AG_OP_GET_BUCKET_NOTIFICATION},
};

bool check_op_decode(struct slice name, enum ag_op *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
                if (slice_equal(name, slice_from_string(ops[i].name))) {
                        *ret = ops[i].op;
                        return true;
                }
        return false;
}

const char *check_reason_text(enum check_reason reason)
{
        static const char *const texts[] = {
                [CHECK_GOOD] = NULL,
                [CHECK_MALFORMED] = "malformed",
                [CHECK_UNKNOWN_KEY] = "unknown_key",
                [CHECK_BAD_CHAIN] = "bad_chain",
                [CHECK_NOT_RECORDED] = "not_recorded",
                [CHECK_REVOKED] = "revoked",
                [CHECK_EXPIRED] = "expired",
                [CHECK_NOT_YET_VALID] = "not_yet_valid",
                [CHECK_OP_DENIED] = "op_denied",
                [CHECK_PATH_DENIED] = "path_denied",
        };

        return texts[reason];
}

/* Keeps the first reason that was found. */
static void reason_set(struct check *check, enum check_reason reason)
{
        if (check->verdict.reason == CHECK_GOOD)
                check->verdict.reason = reason;
}

/* --- the chain --- */

/* For a self-issued key: computes all tails from the project's secret. */
static enum err chain_verify(struct check *check)
{
        struct secret secret;
        enum ag_error error;

        TRY(seal_open(check->op, SEAL_PROJECT_SECRET, &check->project.id,
                      check->project.sealed_secret, &secret));
        error = ag_api_key_verify(check->key, ag_of(secret_reveal(secret)), check->tails);
        if (error == AG_ERR_SIGNATURE)
                reason_set(check, CHECK_BAD_CHAIN);
        else if (error != AG_OK)
                return ERR_INTERNAL;
        return ERR_OK;
}

/* Whether the key's tail is derived from the tail of its caveat `index`. */
static bool chain_follows(const struct check *check, size_t index, struct slice tail)
{
        struct digest at;
        struct ag_caveat caveat;

        if (tail.size != sizeof(at.bytes))
                return false;
        memcpy(at.bytes, tail.data, sizeof(at.bytes));
        for (size_t i = index + 1; i < check->n; i++) {
                struct digest before = at;

                if (ag_api_key_caveat(check->key, i, &caveat) != AG_OK)
                        return false;
                crypto_hmac_sha256(SLICE_ARRAY(before.bytes), slice_of(caveat.message), &at);
        }
        return crypto_equal(SLICE_ARRAY(at.bytes), slice_of(ag_api_key_tail(check->key)));
}

/* --- the grants --- */

/* Whether the caveat `index` belongs to the grant, and does not merely repeat its nonce. */
static enum err grant_is_in_chain(const struct check *check, size_t index,
                                  const struct grant *grant, bool *ret)
{
        struct secret tail;

        *ret = false;
        if (!grant->sealed_tail.data)
                return ERR_OK;
        TRY(grant_tail_open(check->op, &grant->id, grant->sealed_tail, &tail));
        *ret = check->verdict.is_whole
                       ? crypto_equal(SLICE_ARRAY(check->tails[index + 1]), secret_reveal(tail))
                       : chain_follows(check, index, secret_reveal(tail));
        return ERR_OK;
}

static void until_take(struct check *check, struct instant end)
{
        struct instant *until = &check->verdict.until;

        if (end.ms && (!until->ms || end.ms < until->ms))
                *until = end;
}

static void grant_take(struct check *check, const struct grant *grant)
{
        check->verdict.has_grant = true;
        check->verdict.grant_id = grant->id;
        until_take(check, grant->expires_at);
        if (grant->status != GRANT_LIVE || grant->is_dead)
                reason_set(check, CHECK_REVOKED);
}

/* Reads the ids in the caveats; zeros for a caveat without one. */
static void nonces_read(const struct check *check, struct uuid *ids)
{
        for (size_t i = 0; i < check->n; i++) {
                struct ag_caveat caveat;

                if (ag_api_key_caveat(check->key, i, &caveat) == AG_OK &&
                    caveat.nonce.size == UUID_SIZE)
                        memcpy(ids[i].bytes, caveat.nonce.data, UUID_SIZE);
        }
}

/* At least one of the grants must be recorded here, and none revoked. */
static enum err grants_look(struct check *check)
{
        struct uuid *ids = arena_array(check->op->arena, check->n + 1, struct uuid);
        struct grant_ids looked_for = {.items = ids, .n = check->n};
        struct grant *grants = arena_array(check->op->arena, check->n + 1, struct grant);

        if (!ids || !grants)
                return ERR_OUT_OF_MEMORY;
        nonces_read(check, ids);
        TRY(store_grants_find(check->op, &looked_for, grants));
        for (size_t i = 0; i < check->n; i++) {
                bool is_in_chain;

                TRY(grant_is_in_chain(check, i, &grants[i], &is_in_chain));
                if (is_in_chain) {
                        grant_take(check, &grants[i]);
                        check->verdict.is_itself = i + 1 == check->n;
                }
        }
        if (!check->verdict.has_grant)
                reason_set(check, CHECK_NOT_RECORDED);
        if (check->verdict.is_whole && check->project.is_dead)
                reason_set(check, CHECK_REVOKED);
        return ERR_OK;
}

/* --- the caveats --- */

static void ends_look(struct check *check)
{
        for (size_t i = 0; i < check->n; i++) {
                struct ag_caveat caveat;

                if (ag_api_key_caveat(check->key, i, &caveat) == AG_OK && caveat.has_not_after &&
                    caveat.not_after.seconds > 0 && caveat.not_after.seconds < year_10000)
                        until_take(check, (struct instant){caveat.not_after.seconds * 1000});
        }
}

static enum check_reason reason_of(enum ag_error error)
{
        if (error == AG_OK)
                return CHECK_GOOD;
        if (error == AG_ERR_EXPIRED)
                return CHECK_EXPIRED;
        if (error == AG_ERR_NOT_YET)
                return CHECK_NOT_YET_VALID;
        if (error == AG_ERR_OP_DENIED)
                return CHECK_OP_DENIED;
        return error == AG_ERR_PATH_DENIED ? CHECK_PATH_DENIED : CHECK_MALFORMED;
}

static enum check_reason caveats_check(const struct check *check)
{
        struct ag_action action = {.op = check->form->op,
                                   .bucket = ag_of(check->form->bucket),
                                   .encrypted = ag_of(check->form->encrypted_path),
                                   .time = check->form->time};

        return reason_of(ag_api_key_check(check->key, AG_VERSION_ALL, &action));
}

/* --- the whole check --- */

static enum err key_check(struct check *check)
{
        enum check_reason caveats = caveats_check(check);
        struct slice head = slice_of(ag_api_key_head(check->key));
        enum err error;

        check->n = ag_api_key_n_caveats(check->key);
        ends_look(check);
        if (caveats == CHECK_MALFORMED)
                reason_set(check, CHECK_MALFORMED);
        error = store_project_by_head(check->op, &head, &check->project);
        if (error == ERR_NO_ROW) {
                reason_set(check, CHECK_UNKNOWN_KEY);
                return ERR_OK;
        }
        TRY(error);
        check->verdict.is_whole = check->project.sealed_secret.data != NULL;
        if (check->verdict.is_whole)
                TRY(chain_verify(check));
        if (check->verdict.reason == CHECK_GOOD)
                TRY(grants_look(check));
        reason_set(check, caveats);
        return ERR_OK;
}

static enum ag_error grant_read(const struct grant_check_form *form, ag_grant **ret)
{
        return ag_grant_parse(ag_of(secret_reveal(form->access_grant)), AG_LENIENT, ret);
}

enum err grant_check(struct op *op, const struct grant_check_form *form, struct grant_verdict *ret)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct check *check = arena_new(op->arena, struct check);
        enum ag_error error;

        if (!check)
                return ERR_OUT_OF_MEMORY;
        *check = (struct check){.op = op, .form = form, .verdict = {.is_whole = true}};
        if (secret_is_absent(form->api_key))
                error = grant_read(form, &grant);
        else
                error = ag_api_key_parse(ag_of(secret_reveal(form->api_key)), AG_LENIENT, &key);
        if (ag_is_fault(error))
                return ERR_INTERNAL;
        check->key = grant ? ag_grant_api_key(grant) : key;
        if (error != AG_OK)
                reason_set(check, CHECK_MALFORMED);
        else
                TRY(key_check(check));
        *ret = check->verdict;
        return ERR_OK;
}
