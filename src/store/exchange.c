/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange of a code for a grant: the one place where a code is used up
 * (docs/protocol/http.md 5.4).
 */
#include "base/macros.h"
#include "base/metric.h"
#include "store/quotas.h"
#include "store/revocations.h"

enum { LAST_USED_STEP = 60 }; /* seconds; a secret's "last used" is not written more often */

/* (a) The JWT. Return: ERR_OK: this attempt's; ERR_JWT_REUSED. */
static enum err jwt_use(struct sql *sql, const struct claim *claim)
{
        struct sql_rows rows = {0};
        struct uuid attempt;

        TRY(SQL_RUN(sql, JWT_USE, &rows, sql_integer(claim->jwt_exp), sql_digest(&claim->jwt),
                    sql_uuid(&claim->attempt)));
        attempt = sql_get_uuid(&rows, 0, 0);
        return uuid_equal(&attempt, &claim->attempt) ? ERR_OK : ERR_JWT_REUSED;
}

/* (b) The grant's row, or the one a repetition of this attempt finds. */
static enum err grant_insert(struct sql *sql, const struct claim *claim, struct grant *ret)
{
        enum grant_status status = claim->sealed_tail.data ? GRANT_LIVE : GRANT_MINTING;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, GRANT_INSERT, &rows, sql_uuid(&claim->grant_id),
                    sql_integer(claim->authorization_no), sql_integer(status),
                    sql_instant(claim->now), sql_blob(claim->sealed_tail),
                    sql_uuid(&claim->attempt), sql_blob(claim->sealed_caveat)));
        *ret = (struct grant){
                .authorization_no = claim->authorization_no,
                .id = sql_get_uuid(&rows, 0, 0),
                .status = (enum grant_status)sql_get_integer(&rows, 0, 1),
                .created_at = sql_get_instant(&rows, 0, 2),
                .expires_at = sql_get_instant(&rows, 0, 3),
                .account_id = sql_get_uuid(&rows, 0, 4),
                .client_row = sql_get_uuid(&rows, 0, 5),
                .project_id = sql_get_uuid(&rows, 0, 6),
                .scope = sql_get_bytes(&rows, 0, 7),
        };
        return ERR_OK;
}

static enum err client_check_active(struct sql *sql, const struct uuid *client_row)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLIENT_IS_ACTIVE, &rows, sql_uuid(client_row)));
        return sql_get_integer(&rows, 0, 0) ? ERR_OK : ERR_CLIENT_DISABLED;
}

/* A replay ends the authorization, and all that was issued from it. */
static enum err replay_answer(struct sql *sql, const struct claim *claim)
{
        struct sql_value no = sql_integer(claim->authorization_no), now = sql_instant(claim->now);
        struct sql_rows rows = {0};
        struct uuid *ids;

        TRY(SQL_RUN(sql, GRANTS_REVOKE_OF_CODE, &rows, no, now));
        if (rows.n_rows == 0)
                return ERR_CODE_USED;
        TRY(SQL_RUN(sql, AUTHORIZATION_END, NULL, no, now));
        ids = arena_array(sql->arena, rows.n_rows, struct uuid);
        if (!ids)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                ids[i] = sql_get_uuid(&rows, i, 0);
        TRY(revocations_add(sql, REVOKED_GRANT, ids, rows.n_rows, claim->now));
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

        if (!is_right || claim->now.ms <= calm.ms)
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

        TRY(client_check_active(sql, &claim->client_row));
        TRY(SQL_RUN(sql, CODE_STATE, &state, sql_integer(claim->authorization_no),
                    sql_digest(&claim->code), sql_uuid(&claim->client_row),
                    sql_instant(claim->now)));
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
        if (sql_get_instant(&state, 0, 2).ms <= claim->now.ms)
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
        struct sql_rows code = {0};

        TRY(jwt_use(sql, claim));
        TRY(SQL_RUN(sql, CODE_CLAIM, &code, sql_instant(claim->now), sql_uuid(&claim->attempt),
                    sql_integer(claim->authorization_no), sql_digest(&claim->code),
                    sql_uuid(&claim->client_row), sql_text(claim->redirect_uri),
                    sql_text_or_empty(claim->challenge), sql_integer(claim->has_passphrase)));
        if (code.n_rows == 0)
                return classify(sql, claim);
        return grant_insert(sql, claim, ret);
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

/* Refusals beyond the quotas leave nothing behind: no row in the audit trail, no memory of the JWT.
 * A replay that costs a grant always does. */
static enum err refusal_note(struct sql *sql, const struct claim *claim, enum err outcome)
{
        bool is_audited = false, is_remembered;

        if (outcome == ERR_CODE_REPLAYED)
                return sql_audit(sql, &sql->audit, outcome);
        if (!claim->is_silent)
                TRY(refusal_count(sql, claim, QUOTA_AUDIT, LIMIT_AUDITED_REFUSALS, &is_audited));
        TRY(refusal_count(sql, claim, QUOTA_REFUSED, LIMIT_REMEMBERED_REFUSALS, &is_remembered));
        if (!is_remembered)
                TRY(SQL_RUN(sql, JWT_FORGET, NULL, sql_integer(claim->jwt_exp),
                            sql_digest(&claim->jwt), sql_uuid(&claim->attempt)));
        if (is_audited)
                return sql_audit(sql, &sql->audit, outcome);
        if (!claim->is_silent) /* who made it silent has counted it */
                metric_count(METRIC_failures_not_audited_total, 0);
        return ERR_OK;
}

SQL_BODY(code_claim, struct claim, struct grant)

enum err store_code_claim(struct op *op, const struct claim *in, struct grant *ret)
{
        return sql_write(&(struct sql_work){op, code_claim_body, in, ret, &in->audit});
}

void store_code_claim_then(struct op *op, const struct claim *in, struct grant *ret,
                           struct completion completion)
{
        sql_write_then(&(struct sql_work){op, code_claim_body, in, ret, &in->audit}, completion);
}

SQL_BODY_HEAD(code_claim, struct claim, struct grant)
{
        enum err outcome = claim_or_classify(sql, in, ret);

        if (error_is_fault(outcome))
                return outcome;
        if (outcome == ERR_OK) {
                sql->audit.account_id = ret->account_id;
                sql->audit.subject_id = ret->id;
        }
        if (outcome != ERR_JWT_REUSED)
                TRY(SQL_RUN(sql, CLIENT_SECRET_USED, NULL, sql_uuid(&in->secret_row),
                            sql_instant(in->now),
                            sql_instant(instant_add_seconds(in->now, -LAST_USED_STEP))));
        if (outcome != ERR_OK)
                TRY(refusal_note(sql, in, outcome));
        return outcome;
}

/* --- issued --- */

WRITE(grant_issued, struct issued_grant)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, GRANT_ISSUED, &rows, sql_uuid(&in->grant_id), sql_uuid(&in->attempt),
                    sql_blob(in->key.sealed_tail),
                    sql_instant(instant_add_seconds(sql->op->now, -MINTING_LIFETIME)),
                    sql_blob(in->key.sealed_caveat)));
        return rows.n_rows ? ERR_OK : ERR_CODE_FAILED;
}
