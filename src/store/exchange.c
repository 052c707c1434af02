/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange of a code for a grant (docs/protocol/http.md 5.4), alone in the database: this
 * decides every case. claim_set.c decides the usual one for many at once, where the database lets
 * claims overlap, and leaves the others to this.
 */
#include "base/macros.h"
#include "base/metric.h"
#include "store/operations.h"
#include "store/revocations.h"

enum { LAST_USED_STEP = 60 }; /* seconds; a secret's "last used" is not written more often */

/* --- a JWT without a code --- */

WRITE_OUT(jwt_use, struct jwt_use, int64_t)
{
        struct quota quota = {QUOTA_PROOFS, uuid_slice(&in->client_row), LIMIT_PROOFS,
                              ERR_QUOTA_PROOFS};
        struct uuid attempt;
        enum err error;

        TRY(SQL_ROW(sql, JWT_USE, sql_uuid_of_row, &attempt, sql_integer(in->exp),
                    sql_digest(&in->jwt), sql_uuid(&in->attempt)));
        if (!uuid_equal(&attempt, &in->attempt))
                return ERR_JWT_REUSED;
        error = quotas_take(sql, &(struct quota_bill){.quotas = &quota, .n = 1}, ret);
        if (error == ERR_QUOTA_PROOFS)
                TRY(SQL_RUN(sql, JWT_FORGET, NULL, sql_integer(in->exp), sql_digest(&in->jwt),
                            sql_uuid(&in->attempt), sql_integer(0)));
        return error;
}

/* --- the claim --- */

enum err claim_jwt(struct sql *sql, const struct claim *claim)
{
        struct uuid attempt;

        if (!claim->jwt_exp)
                return ERR_OK;
        TRY(SQL_ROW(sql, JWT_USE, sql_uuid_of_row, &attempt, sql_integer(claim->jwt_exp),
                    sql_digest(&claim->jwt), sql_uuid(&claim->attempt)));
        return uuid_equal(&attempt, &claim->attempt) ? ERR_OK : ERR_JWT_REUSED;
}

/* (b) The grant's row, or the one a repetition of this attempt finds. If another grant has its id,
 * nothing is claimed. */
enum err claim_grant(struct sql *sql, const struct claim *claim, struct slice scope,
                     struct grant *ret)
{
        enum grant_status status = claim->sealed_tail.data ? GRANT_LIVE : GRANT_MINTING;
        enum err error = SQL_ROW(
                sql, GRANT_INSERT, grant_start_of_row, ret, sql_uuid(&claim->grant_id),
                sql_integer(claim->authorization_no), sql_integer(status),
                sql_instant(sql->op->now), sql_blob(claim->sealed_tail), sql_uuid(&claim->attempt),
                sql_blob(claim->sealed_caveat), sql_integer(claim->lifetime), sql_text(scope));

        return error == ERR_CONFLICT ? ERR_INTERNAL : error;
}

enum err claim_client_check(struct sql *sql, const struct uuid *client_row)
{
        int64_t is_active;

        TRY(SQL_INTEGER_OF(sql, CLIENT_IS_ACTIVE, &is_active, sql_uuid(client_row)));
        return is_active ? ERR_OK : ERR_CLIENT_DISABLED;
}

/* A replay ends the authorization, and all that was issued from it. Each grant has a row of the
 * feed: there is one, or with a refresh token as many as its quota lets live. */
static enum err replay_answer(struct sql *sql, const struct claim *claim)
{
        struct sql_value no = sql_integer(claim->authorization_no);
        struct instant now = sql->op->now;
        struct uuid_list grants;
        int64_t n_families;

        TRY(SQL_LIST(sql, GRANTS_REVOKE_OF_CODE, sql_uuid_of_row, &grants, no, sql_instant(now)));
        TRY(SQL_COUNT(sql, REFRESH_DELETE, &n_families, no));
        if (grants.n == 0 && n_families == 0)
                return ERR_CODE_USED;
        TRY(SQL_RUN(sql, AUTHORIZATION_END, NULL, no, sql_instant(now)));
        TRY(revocations_add(sql, REVOKED_GRANT, grants.items, grants.n, now));
        return ERR_CODE_REPLAYED;
}

/* What is said of a code that was claimed before. A presentation right in all but freshness is a
 * replay: within the grace, or while the winner mints, it does no harm; later it costs the grant.
 */
static enum err classify_used(struct sql *sql, const struct claim *claim,
                              const struct sql_rows *state, bool is_right)
{
        struct instant used_at = sql_get_instant(state, 0, 1);
        struct instant calm = instant_add_seconds(used_at, claim->replay_grace);

        if (!is_right || sql->op->now.ms <= calm.ms)
                return ERR_CODE_USED;
        return replay_answer(sql, claim);
}

static enum err classify_verifier(const struct claim *claim, struct slice challenge)
{
        if (slice_equal(claim->challenge, challenge))
                return ERR_OK;
        if (!challenge.data)
                return ERR_VERIFIER_UNEXPECTED;
        return claim->challenge.data ? ERR_VERIFIER_WRONG : ERR_VERIFIER_MISSING;
}

/* (c) Why no row was claimed, in the order of docs/protocol/http.md 5.4. */
static enum err classify(struct sql *sql, const struct claim *claim)
{
        struct sql_rows state = {0};
        enum request_status status;
        enum err verifier;
        bool is_right;

        TRY(claim_client_check(sql, &claim->client_row));
        TRY(SQL_RUN(sql, CODE_STATE, &state, sql_integer(claim->authorization_no),
                    sql_digest(&claim->code), sql_uuid(&claim->client_row),
                    sql_instant(sql->op->now)));
        if (state.n_rows == 0)
                return ERR_CODE_UNKNOWN;
        if (!sql_get_integer(&state, 0, 6))
                return ERR_CODE_GONE;
        status = (enum request_status)sql_get_integer(&state, 0, 0);
        if (status == REQUEST_WITHDRAWN)
                return ERR_CODE_WITHDRAWN;
        is_right = slice_equal(sql_get_bytes(&state, 0, 3), claim->redirect_uri);
        verifier = classify_verifier(claim, sql_get_bytes(&state, 0, 4));
        if (status == REQUEST_USED)
                return classify_used(sql, claim, &state, is_right && verifier == ERR_OK);
        if (sql_get_instant(&state, 0, 2).ms <= sql->op->now.ms)
                return ERR_CODE_EXPIRED;
        if (!is_right)
                return ERR_REDIRECT_URI_DIFFERS;
        TRY(verifier);
        if (sql_get_integer(&state, 0, 5) && !claim->has_passphrase)
                return ERR_PASSPHRASE_REQUIRED;
        return ERR_INTERNAL; /* the claim's conditions and this list must agree */
}

/* The conditions, the JWT's among them, all hold or nothing is claimed. */
static enum err claim_or_classify(struct sql *sql, const struct claim *claim, struct grant *ret)
{
        int64_t n_claimed;

        TRY(claim_jwt(sql, claim));
        TRY(SQL_COUNT(sql, CODE_CLAIM, &n_claimed, sql_instant(sql->op->now),
                      sql_uuid(&claim->attempt), sql_integer(claim->authorization_no),
                      sql_digest(&claim->code), sql_uuid(&claim->client_row),
                      sql_text(claim->redirect_uri), sql_text_or_empty(claim->challenge),
                      sql_integer(claim->has_passphrase)));
        if (!n_claimed)
                return classify(sql, claim);
        TRY(claim_grant(sql, claim, (struct slice){0}, ret));
        return refresh_insert(sql, claim->authorization_no, claim->refresh);
}

/* Spends from a quota of refused exchanges, which anybody can cause who sends an application's
 * users back to it with codes that are none; so it never decides about an exchange. */
static enum err refusal_count(struct sql *sql, const struct claim *claim, enum quota_kind kind,
                              int64_t per_day, bool *ret_is_within)
{
        struct quota quota = {kind, uuid_slice(&claim->client_row), per_day, ERR_CLIENT_FAILURES};
        struct quota_bill bill = {.quotas = &quota, .n = 1};
        int64_t wait;
        enum err error = quotas_take(sql, &bill, &wait);

        *ret_is_within = error == ERR_OK;
        return error == quota.refusal ? ERR_OK : error;
}

/* A replay that costs a grant always leaves a row, and a JWT stays used if an earlier try of this
 * attempt claimed the code. */
enum err claim_refuse(struct sql *sql, const struct claim *claim, enum err refusal)
{
        bool is_audited = false, is_remembered;

        if (refusal == ERR_CODE_REPLAYED || refusal == ERR_REFRESH_REUSED)
                return sql_refuse(sql, refusal);
        if (!claim->is_silent)
                TRY(refusal_count(sql, claim, QUOTA_AUDIT, LIMIT_AUDITED_REFUSALS, &is_audited));
        TRY(refusal_count(sql, claim, QUOTA_REFUSED, LIMIT_REMEMBERED_REFUSALS, &is_remembered));
        if (!is_remembered && claim->jwt_exp)
                TRY(SQL_RUN(sql, JWT_FORGET, NULL, sql_integer(claim->jwt_exp),
                            sql_digest(&claim->jwt), sql_uuid(&claim->attempt),
                            sql_integer(claim->authorization_no)));
        if (is_audited)
                return sql_refuse(sql, refusal);
        if (!claim->is_silent) /* who made it silent has counted it */
                metric_count(METRIC_failures_not_audited_total, 0);
        return refusal;
}

enum err claim_secret_used(struct sql *sql, const struct uuid *secret_row)
{
        struct instant now = sql->op->now;

        return SQL_RUN(sql, CLIENT_SECRET_USED, NULL, sql_uuid(secret_row), sql_instant(now),
                       sql_instant(instant_add_seconds(now, -LAST_USED_STEP)));
}

SQL_OPERATION(code_claim, struct claim, struct grant, sql_claim,
              SQL_GIVEN(.in = in, .ret = ret, .audit = audit), const struct claim *in,
              const struct audit_entry *audit, struct grant *ret)
{
        enum err outcome = claim_or_classify(sql, in, ret);

        if (error_is_fault(outcome))
                return outcome;
        if (outcome != ERR_JWT_REUSED)
                TRY(claim_secret_used(sql, &in->secret_row));
        if (outcome != ERR_OK)
                return claim_refuse(sql, in, outcome);
        sql->audit.account_id = ret->account_id;
        sql->audit.subject_id = ret->id;
        return ERR_OK;
}

void store_code_claim_then(struct op *op, const struct claim *in, const struct audit_entry *audit,
                           struct grant *ret, struct completion completion)
{
        sql_claim_then(&(struct sql_work){op, code_claim_body, in, ret, audit}, completion);
}

/* --- issued --- */

WRITE(grant_issued, struct issued_grant)
{
        int64_t n_issued;

        TRY(SQL_COUNT(sql, GRANT_ISSUED, &n_issued, sql_uuid(&in->grant_id), sql_uuid(&in->attempt),
                      sql_blob(in->key.sealed_tail),
                      sql_instant(instant_add_seconds(sql->op->now, -MINTING_LIFETIME)),
                      sql_blob(in->key.sealed_caveat)));
        return n_issued ? refresh_insert(sql, in->authorization_no, in->refresh) : ERR_CODE_FAILED;
}
