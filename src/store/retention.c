/* SPDX-License-Identifier: Apache-2.0
 *
 * Clean-up: what has expired goes, in batches that hold the writer for milliseconds. Nothing is
 * searched: each step takes the oldest of an index, and what cannot go yet is looked at a day
 * later.
 */
#include "base/event.h"
#include "base/macros.h"
#include "store/sql.h"

enum {
        PARTITIONS_MARGIN = 60,    /* seconds: rows that come may be as much older than now */
        PARTITIONS_SHORT = 172800, /* seconds ahead; fewer are worth a warning */
};

struct cleanup {
        struct sql *sql;
        const struct cleanup_limits *limits;
        int64_t n; /* rows gone so far */
};

/* --- requests and grants --- */

/* With the connection, if it was the last of it. */
static enum err authorization_forget(struct sql *sql, int64_t no)
{
        struct sql_rows gone = {0};
        struct uuid account_id, client_row;

        TRY(SQL_RUN(sql, AUTHORIZATION_FORGET, &gone, sql_integer(no)));
        if (gone.n_rows == 0)
                return ERR_OK;
        account_id = sql_get_uuid(&gone, 0, 0);
        client_row = sql_get_uuid(&gone, 0, 1);
        return SQL_RUN(sql, CONNECTED_FORGET, NULL, sql_uuid(&account_id), sql_uuid(&client_row));
}

/* With its authorization and code; not while a grant of it is there, as the history tells all or
 * none, or one can come by a refresh token. */
static enum err request_forget(struct sql *sql, int64_t no)
{
        int64_t n_gone;

        TRY(SQL_COUNT(sql, REQUEST_FORGET, &n_gone, sql_integer(no)));
        if (n_gone == 0)
                return ERR_OK;
        TRY(SQL_RUN(sql, CODE_FORGET, NULL, sql_integer(no)));
        return authorization_forget(sql, no);
}

/* A thing that has gone has no place in the feed. */
static enum err revocations_forget(struct sql *sql, const struct uuid *id)
{
        TRY(SQL_RUN(sql, SPREADS_FORGET, NULL, sql_uuid(id)));
        return SQL_RUN(sql, REVOCATIONS_FORGET, NULL, sql_uuid(id));
}

/* --- what a step does with each of its rows --- */

/* Counts it if it has gone. */
typedef enum err row_clean(struct cleanup *, const struct sql_rows *, size_t row);

/* A code that nobody exchanged. */
static enum err code_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        cleanup->n++;
        return request_forget(cleanup->sql, sql_get_integer(rows, row, 0));
}

/* A family of refresh tokens that has ended; with its request, if no grant is left of it. */
static enum err refresh_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        int64_t no = sql_get_integer(rows, row, 0);

        cleanup->n++;
        TRY(SQL_RUN(cleanup->sql, REFRESH_DELETE, NULL, sql_integer(no)));
        return request_forget(cleanup->sql, no);
}

/* With its request, if it was the last of it. */
static enum err grant_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        struct uuid id = sql_get_uuid(rows, row, 0);

        cleanup->n++;
        TRY(SQL_RUN(cleanup->sql, GRANT_FORGET, NULL, sql_uuid(&id)));
        TRY(SQL_RUN(cleanup->sql, DELIVERY_FORGET, NULL, sql_uuid(&id)));
        TRY(revocations_forget(cleanup->sql, &id));
        return request_forget(cleanup->sql, sql_get_integer(rows, row, 1));
}

/* What was deleted, if nothing refers to it. Return: as sql_run(), and whether it has gone. */
static enum err forget(struct cleanup *cleanup, enum statement statement, const struct uuid *id,
                       int64_t *ret_is_gone)
{
        TRY(sql_count(cleanup->sql, statement,
                      SQL_VALUES(sql_uuid(id), sql_instant(cleanup->limits->requests_before)),
                      ret_is_gone));
        cleanup->n += *ret_is_gone;
        return *ret_is_gone ? revocations_forget(cleanup->sql, id) : ERR_OK;
}

/* The key goes once no grant under it lives, the row once there is none at all. */
static enum err project_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        struct instant now = cleanup->sql->op->now;
        struct uuid id = sql_get_uuid(rows, row, 0);
        int64_t is_gone, n_keys;

        TRY(forget(cleanup, STATEMENT_PROJECT_FORGET, &id, &is_gone));
        if (is_gone)
                return ERR_OK;
        TRY(SQL_COUNT(cleanup->sql, PROJECT_KEY_DROP, &n_keys, sql_uuid(&id), sql_blob(SLICE("")),
                      sql_instant(now), sql_instant(instant_add_seconds(now, -MINTING_LIFETIME))));
        cleanup->n += n_keys;
        return ERR_OK;
}

/* An application that registered itself stays only if somebody has approved it. */
static enum err unused_client_clean(struct cleanup *cleanup, const struct uuid *id,
                                    int64_t *ret_is_gone)
{
        struct sql *sql = cleanup->sql;
        struct sql_value nobody = sql_uuid(account_of_nobody());
        int64_t n_ended;

        TRY(SQL_COUNT(sql, CLIENT_UNUSED_FORGET, ret_is_gone, sql_uuid(id), nobody));
        if (*ret_is_gone) {
                cleanup->n++;
                return ERR_OK;
        }
        TRY(SQL_COUNT(sql, CLIENT_UNUSED_END, &n_ended, sql_uuid(id), nobody,
                      sql_instant(sql->op->now)));
        cleanup->n += n_ended;
        return ERR_OK;
}

static enum err client_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        struct uuid id = sql_get_uuid(rows, row, 0);
        int64_t is_gone;

        TRY(forget(cleanup, STATEMENT_CLIENT_FORGET, &id, &is_gone));
        if (!is_gone)
                TRY(unused_client_clean(cleanup, &id, &is_gone));
        return is_gone ? SQL_RUN(cleanup->sql, CLIENT_SECRETS_FORGET, NULL, sql_uuid(&id)) : ERR_OK;
}

/* What it leaves behind is looked at from now on. */
static enum err account_clean(struct cleanup *cleanup, const struct sql_rows *rows, size_t row)
{
        struct sql_value now = sql_instant(cleanup->sql->op->now);
        struct uuid id = sql_get_uuid(rows, row, 0);
        int64_t is_gone;

        TRY(forget(cleanup, STATEMENT_ACCOUNT_FORGET, &id, &is_gone));
        if (is_gone)
                return ERR_OK;
        TRY(SQL_RUN(cleanup->sql, ACCOUNT_CLIENTS_LOOK, NULL, sql_uuid(&id), now));
        return SQL_RUN(cleanup->sql, ACCOUNT_PROJECTS_LOOK, NULL, sql_uuid(&id), now);
}

/* --- partitions --- */

static enum err partitions_make(struct sql *sql)
{
        struct instant now = sql->op->now;
        struct instant since = instant_add_seconds(now, -PARTITIONS_MARGIN);
        int64_t reach;

        TRY(SQL_INTEGER_OF(sql, PARTITIONS_MAKE, &reach, sql_instant(since)));
        if (reach < instant_add_seconds(now, PARTITIONS_SHORT).ms)
                EVENT(EVENT_WARNING, "store",
                      EVENT_TEXT("what", "partitions are running out: see docs/scale.md"),
                      EVENT_INTEGER("seconds", (reach - now.ms) / 1000));
        return ERR_OK;
}

/* --- the operations --- */

struct step {
        enum statement statement; /* of what is before, and how many rows at most */
        int64_t before;
        row_clean *clean; /* each of its rows; NULL: the statement has taken them away */
};

/* A batch that was full is followed by another, also if nothing in it could go. */
static enum err step_run(struct cleanup *cleanup, const struct step *step)
{
        int64_t room = LIMIT_CLEANUP - cleanup->n;
        struct sql_rows rows = {0};

        TRY(sql_run(cleanup->sql, step->statement,
                    SQL_VALUES(sql_integer(step->before), sql_integer(room)), &rows));
        for (size_t i = 0; step->clean && i < rows.n_rows; i++)
                TRY(step->clean(cleanup, &rows, i));
        if (!step->clean)
                cleanup->n += (int64_t)rows.n_rows;
        if ((int64_t)rows.n_rows == room)
                cleanup->n = LIMIT_CLEANUP;
        return ERR_OK;
}

WRITE_OUT(cleanup, struct cleanup_limits, int64_t)
{
        struct cleanup cleanup = {.sql = sql, .limits = in};
        int64_t now = sql->op->now.ms;
        const struct step steps[] = {
                {STATEMENT_CLEAN_SEALED, now, NULL},
                {STATEMENT_CLEAN_JWTS, in->jwt_before, NULL},
                {STATEMENT_CLEAN_SESSIONS, now, NULL},
                {STATEMENT_CLEAN_BROWSERS, now - BROWSER_LIFETIME * INT64_C(1000), NULL},
                {STATEMENT_CLEAN_RESETS, now, NULL},
                {STATEMENT_CLEAN_EMAIL_CHANGES, now, NULL},
                {STATEMENT_CLEAN_EMAIL_UNDOS, now, NULL},
                {STATEMENT_CLEAN_INVITATIONS, now, NULL},
                {STATEMENT_CLEAN_CODES, in->codes_before.ms, NULL},
                {STATEMENT_CLEAN_QUOTAS, now, NULL},
                {STATEMENT_CLEAN_PUSHED, now, NULL},
                {STATEMENT_CLEAN_DEVICES, now, NULL},
                {STATEMENT_CLEAN_UNAPPROVED, in->requests_before.ms, NULL},
                {STATEMENT_CLEAN_AUDIT, in->audit_before.ms, NULL},
                {STATEMENT_CLEAN_DAYS, in->audit_before.ms, NULL},
                {STATEMENT_CODES_DUE, in->requests_before.ms, code_clean},
                {STATEMENT_GRANTS_ENDED, in->grants_before.ms, grant_clean},
                {STATEMENT_GRANTS_UNISSUED, in->grants_before.ms, grant_clean},
                {STATEMENT_REFRESHES_ENDED, now, refresh_clean},
                {STATEMENT_PROJECTS_DUE, now, project_clean},
                {STATEMENT_CLIENTS_DUE, now, client_clean},
                {STATEMENT_ACCOUNTS_DUE, now, account_clean},
        };

        for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
                TRY(step_run(&cleanup, &steps[i]));
        TRY(partitions_make(sql));
        *ret = cleanup.n;
        return ERR_OK;
}

READ(cleanup_waiting, struct cleanup_limits, int64_t)
{
        int64_t n_jwts, n_audits, n_codes, n_others;

        TRY(SQL_INTEGER_OF(sql, CLEAN_JWTS_WAITING, &n_jwts, sql_integer(in->jwt_before)));
        TRY(SQL_INTEGER_OF(sql, CLEAN_AUDIT_WAITING, &n_audits, sql_instant(in->audit_before)));
        TRY(SQL_INTEGER_OF(sql, CODES_WAITING, &n_codes, sql_instant(sql->op->now),
                           sql_instant(in->requests_before)));
        TRY(SQL_INTEGER_OF(sql, CLEAN_WAITING, &n_others, sql_instant(sql->op->now),
                           sql_instant(in->codes_before), sql_instant(in->requests_before),
                           sql_instant(in->grants_before), sql_instant(in->audit_before)));
        *ret = n_jwts + n_audits + n_codes + n_others;
        return ERR_OK;
}
