/* SPDX-License-Identifier: Apache-2.0
 *
 * Refresh tokens: a family is one row, which each use changes.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

enum err refresh_insert(struct sql *sql, int64_t authorization_no,
                        const struct refresh_issue *refresh)
{
        if (!refresh)
                return ERR_OK;
        return SQL_RUN(sql, REFRESH_INSERT, NULL, sql_integer(authorization_no),
                       sql_digest(&refresh->family), sql_digest(&refresh->token),
                       sql_blob(refresh->sealed_access), sql_instant(sql->op->now),
                       sql_instant(refresh->expires_at), sql_instant(refresh->ends_at));
}

static struct refresh_state state_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct refresh_state){
                .family = sql_get_digest(rows, row, 0),
                .token = sql_get_digest(rows, row, 1),
                .salt = sql_get_bytes(rows, row, 2),
                .sealed_access = sql_get_bytes(rows, row, 3),
                .previous = sql_get_digest(rows, row, 4),
                .previous_access = sql_get_bytes(rows, row, 5),
                .grant_id = sql_get_uuid(rows, row, 6),
                .replaced_at = sql_get_instant(rows, row, 7),
                .last_used_at = sql_get_instant(rows, row, 8),
                .expires_at = sql_get_instant(rows, row, 9),
                .ends_at = sql_get_instant(rows, row, 10),
                .is_alive = sql_get_integer(rows, row, 11) != 0,
        };
}

READ(refresh_find, int64_t, struct refresh_state)
{
        return SQL_ROW(sql, REFRESH_FIND, state_of_row, ret, sql_integer(*in),
                       sql_instant(sql->op->now));
}

/* --- ending --- */

/* The quota of a family bounds how many grants of it live. */
enum err authorization_end(struct sql *sql, int64_t authorization_no, struct slice by)
{
        struct sql_value no = sql_integer(authorization_no);
        struct instant now = sql->op->now;
        struct uuid_list grants;

        TRY(SQL_LIST(sql, GRANTS_REVOKE_OF_AUTHORIZATION, sql_uuid_of_row, &grants, no,
                     sql_instant(now), sql_text(by)));
        TRY(SQL_RUN(sql, AUTHORIZATION_END, NULL, no, sql_instant(now)));
        return revocations_add(sql, REVOKED_GRANT, grants.items, grants.n, now);
}

AUDITED_WRITE(refresh_end, struct refresh_end)
{
        struct sql_rows gone = {0};

        TRY(SQL_RUN(sql, REFRESH_END, &gone, sql_integer(in->authorization_no),
                    sql_digest(&in->family), sql_uuid(&in->client_row)));
        if (gone.n_rows == 0)
                return sql_unchanged(sql);
        sql->audit.account_id = sql_get_uuid(&gone, 0, 0);
        return authorization_end(sql, in->authorization_no, SLICE("client"));
}

/* --- using --- */

/* Its row, as it is when the token is used. */
struct family {
        struct digest token, previous;
        struct instant replaced_at;
        struct uuid grant_id; /* issued for `previous`, */
        struct uuid attempt;  /* by this attempt */
        bool is_alive;
        struct uuid account_id;
};

static struct family family_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct family){
                .token = sql_get_digest(rows, row, 0),
                .previous = sql_get_digest(rows, row, 1),
                .replaced_at = sql_get_instant(rows, row, 2),
                .grant_id = sql_get_uuid(rows, row, 3),
                .attempt = sql_get_uuid(rows, row, 4),
                .is_alive = sql_get_integer(rows, row, 5) != 0,
                .account_id = sql_get_uuid(rows, row, 6),
        };
}

/* Whoever has an old token had it once, or stole it: nobody can say who of the two comes now. */
static enum err reuse_answer(struct sql *sql, const struct refresh *in)
{
        int64_t n_gone;

        TRY(SQL_COUNT(sql, REFRESH_DELETE, &n_gone, sql_integer(in->claim.authorization_no)));
        TRY(authorization_end(sql, in->claim.authorization_no, SLICE("reuse")));
        return ERR_REFRESH_REUSED;
}

/* An application can have as many families as its user approves in months, and each use adds a
 * grant. The quota of all is the pair's, so nobody uses up another user's or application's. */
static enum err quota_take(struct sql *sql, const struct refresh *in, int64_t *ret_wait)
{
        const struct uuid pair[] = {sql->audit.account_id, in->claim.client_row};
        const struct quota quotas[] = {
                {QUOTA_REFRESH, SLICE_ARRAY(in->family.bytes), LIMIT_REFRESHES, ERR_QUOTA_REFRESH},
                {QUOTA_RENEWALS, slice_new(pair, sizeof(pair)), LIMIT_RENEWALS, ERR_QUOTA_REFRESH},
        };

        return quotas_take(sql, &(struct quota_bill){quotas, ARRAY_SIZE(quotas)}, ret_wait);
}

static enum err rotate(struct sql *sql, const struct refresh *in, struct refreshed *ret)
{
        const struct refresh_issue *next = in->claim.refresh;
        int64_t n_rotated;

        if (!next)
                return ERR_CONFLICT;
        TRY(quota_take(sql, in, &ret->wait));
        TRY(SQL_COUNT(sql, REFRESH_ROTATE, &n_rotated, sql_integer(in->claim.authorization_no),
                      sql_digest(&in->token), sql_digest(&next->token),
                      sql_blob(next->sealed_access), sql_blob(next->salt),
                      sql_uuid(&in->claim.grant_id), sql_uuid(&in->claim.attempt),
                      sql_instant(sql->op->now), sql_instant(next->expires_at)));
        if (!n_rotated)
                return ERR_CONFLICT;
        TRY(SQL_RUN(sql, CONNECTED_RENEW, NULL, sql_uuid(&sql->audit.account_id),
                    sql_uuid(&in->claim.client_row), sql_instant(sql->op->now)));
        return claim_grant(sql, &in->claim, in->scope, &ret->grant);
}

/* The grant that was issued for the token before; while it lives, its response may be repeated. */
static enum err repeat(struct sql *sql, const struct family *family, struct refreshed *ret)
{
        enum err error = SQL_ROW(sql, REFRESH_GRANT, grant_start_of_row, &ret->grant,
                                 sql_uuid(&family->grant_id), sql_instant(sql->op->now));

        return error == ERR_NO_ROW ? ERR_REFRESH_ENDED : error;
}

static enum err previous_use(struct sql *sql, const struct refresh *in, const struct family *family,
                             struct refreshed *ret)
{
        struct instant calm = instant_add_seconds(family->replaced_at, in->grace);

        if (uuid_equal(&family->attempt, &in->claim.attempt))
                return repeat(sql, family, ret); /* an earlier try of the same */
        if (sql->op->now.ms > calm.ms)
                return reuse_answer(sql, in);
        if (!uuid_equal(&family->grant_id, &in->claim.grant_id))
                return ERR_CONFLICT; /* it was replaced since the caller looked */
        TRY(quota_take(sql, in, &ret->wait));
        return repeat(sql, family, ret);
}

static enum err token_use(struct sql *sql, const struct refresh *in, struct refreshed *ret)
{
        const struct claim *claim = &in->claim;
        struct family family;
        enum err error;

        TRY(claim_client_check(sql, &claim->client_row));
        error = SQL_ROW(sql, REFRESH_JUDGE, family_of_row, &family,
                        sql_integer(claim->authorization_no), sql_digest(&in->family),
                        sql_uuid(&claim->client_row), sql_instant(sql->op->now));
        if (error == ERR_NO_ROW)
                return ERR_REFRESH_UNKNOWN;
        TRY(error);
        sql->audit.account_id = family.account_id;
        if (!family.is_alive)
                return ERR_REFRESH_ENDED;
        if (digest_equal(&family.token, &in->token))
                return rotate(sql, in, ret);
        if (digest_equal(&family.previous, &in->token))
                return previous_use(sql, in, &family, ret);
        return reuse_answer(sql, in);
}

/* A conflict is for the caller, who looks again with the same JWT. */
static enum err refresh_refuse(struct sql *sql, const struct refresh *in, enum err outcome)
{
        if (outcome == ERR_CONFLICT)
                return outcome;
        return claim_refuse(sql, &in->claim, outcome);
}

AUDITED_WRITE_OUT(refresh, struct refresh, struct refreshed)
{
        struct refreshed refreshed = {0};
        enum err outcome = claim_jwt(sql, &in->claim);

        if (outcome == ERR_OK)
                outcome = token_use(sql, in, &refreshed);
        if (error_is_fault(outcome))
                return outcome;
        if (outcome != ERR_JWT_REUSED)
                TRY(claim_secret_used(sql, &in->claim.secret_row));
        *ret = refreshed;
        if (outcome != ERR_OK)
                return refresh_refuse(sql, in, outcome);
        sql->audit.subject_id = refreshed.grant.id;
        return ERR_OK;
}
