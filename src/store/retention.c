/* SPDX-License-Identifier: Apache-2.0
 *
 * Clean-up: what has expired goes, in batches that hold the writer for milliseconds. Nothing is
 * searched: each step takes the oldest of an index, and what cannot go yet is looked at a day
 * later.
 */
#include "base/macros.h"
#include "store/sql.h"

enum { LOOK_STEP = 86400 }; /* seconds between two looks at what others still refer to */

struct cleanup {
        struct sql *sql;
        const struct cleanup_limits *limits;
        int64_t n; /* rows gone so far */
};

static int64_t room_in(const struct cleanup *cleanup)
{
        return LIMIT_CLEANUP - cleanup->n;
}

/* Rows of one statement that takes a limit and the room there is. */
static enum err batch_run(const struct cleanup *cleanup, enum statement statement, int64_t before,
                          struct sql_rows *ret)
{
        struct sql_value values[] = {sql_integer(before), sql_integer(room_in(cleanup))};

        return sql_run(cleanup->sql, statement, values, ARRAY_SIZE(values), ret);
}

/* --- what nothing refers to --- */

static enum err expired_clean(struct cleanup *cleanup)
{
        const struct cleanup_limits *limits = cleanup->limits;
        const struct {
                enum statement statement;
                int64_t before;
        } steps[] = {
                {STATEMENT_CLEAN_SEALED, cleanup->sql->op->now.ms},
                {STATEMENT_CLEAN_JWTS, limits->jwt_before},
                {STATEMENT_CLEAN_SESSIONS, cleanup->sql->op->now.ms},
                {STATEMENT_CLEAN_CODES, limits->codes_before.ms},
                {STATEMENT_CLEAN_QUOTAS, cleanup->sql->op->now.ms},
                {STATEMENT_CLEAN_UNAPPROVED, limits->requests_before.ms},
                {STATEMENT_CLEAN_AUDIT, limits->audit_before.ms},
        };

        for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
                struct sql_rows rows = {0};

                TRY(batch_run(cleanup, steps[i].statement, steps[i].before, &rows));
                cleanup->n += (int64_t)rows.n_rows;
        }
        return ERR_OK;
}

/* --- requests and grants --- */

/* With its authorization and code; not while a grant of it is there, as the history tells all or
 * none. */
static enum err request_forget(struct sql *sql, int64_t no)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, REQUEST_FORGET, &rows, sql_integer(no)));
        if (rows.n_rows == 0)
                return ERR_OK;
        TRY(SQL_RUN(sql, AUTHORIZATION_FORGET, NULL, sql_integer(no)));
        return SQL_RUN(sql, CODE_FORGET, NULL, sql_integer(no));
}

/* Codes that nobody exchanged. */
static enum err codes_clean(struct cleanup *cleanup)
{
        struct sql_rows rows = {0};

        TRY(batch_run(cleanup, STATEMENT_CODES_DUE, cleanup->limits->requests_before.ms, &rows));
        for (size_t i = 0; i < rows.n_rows; i++)
                TRY(request_forget(cleanup->sql, sql_get_integer(&rows, i, 0)));
        cleanup->n += (int64_t)rows.n_rows;
        return ERR_OK;
}

/* A thing that has gone has no place in the feed. */
static enum err revocations_forget(struct sql *sql, const struct uuid *id)
{
        TRY(SQL_RUN(sql, SPREADS_FORGET, NULL, sql_uuid(id)));
        return SQL_RUN(sql, REVOCATIONS_FORGET, NULL, sql_uuid(id));
}

/* With its request, if it was the last of it. */
static enum err grant_forget(struct sql *sql, const struct sql_rows *rows, size_t row)
{
        struct uuid id = sql_get_uuid(rows, row, 0);

        TRY(SQL_RUN(sql, GRANT_FORGET, NULL, sql_uuid(&id)));
        TRY(SQL_RUN(sql, DELIVERY_FORGET, NULL, sql_uuid(&id)));
        TRY(revocations_forget(sql, &id));
        return request_forget(sql, sql_get_integer(rows, row, 1));
}

static enum err grants_clean(struct cleanup *cleanup, enum statement statement)
{
        struct sql_rows rows = {0};

        TRY(batch_run(cleanup, statement, cleanup->limits->grants_before.ms, &rows));
        for (size_t i = 0; i < rows.n_rows; i++)
                TRY(grant_forget(cleanup->sql, &rows, i));
        cleanup->n += (int64_t)rows.n_rows;
        return ERR_OK;
}

/* --- what was deleted, and others may refer to --- */

/* Each tells whether it has removed anything. */

static enum err forget(const struct cleanup *cleanup, enum statement statement,
                       const struct uuid *id, bool *ret_gone)
{
        struct sql_value values[] = {sql_uuid(id), sql_instant(cleanup->limits->requests_before)};
        struct sql_rows rows = {0};

        TRY(sql_run(cleanup->sql, statement, values, ARRAY_SIZE(values), &rows));
        *ret_gone = rows.n_rows > 0;
        return *ret_gone ? revocations_forget(cleanup->sql, id) : ERR_OK;
}

static struct instant later(const struct cleanup *cleanup)
{
        return instant_add_seconds(cleanup->sql->op->now, LOOK_STEP);
}

/* The key goes once no grant under it lives, the row once there is none at all. */
static enum err project_look(const struct cleanup *cleanup, const struct uuid *id, bool *ret_gone)
{
        struct instant minting = instant_add_seconds(cleanup->sql->op->now, -MINTING_LIFETIME);
        struct sql_rows rows = {0};

        TRY(forget(cleanup, STATEMENT_PROJECT_FORGET, id, ret_gone));
        if (*ret_gone)
                return ERR_OK;
        TRY(SQL_RUN(cleanup->sql, PROJECT_KEY_DROP, &rows, sql_uuid(id), sql_blob(SLICE("")),
                    sql_instant(cleanup->sql->op->now), sql_instant(minting)));
        *ret_gone = rows.n_rows > 0;
        return SQL_RUN(cleanup->sql, PROJECT_LATER, NULL, sql_uuid(id),
                       sql_instant(later(cleanup)));
}

static enum err client_look(const struct cleanup *cleanup, const struct uuid *id, bool *ret_gone)
{
        TRY(forget(cleanup, STATEMENT_CLIENT_FORGET, id, ret_gone));
        if (*ret_gone)
                return SQL_RUN(cleanup->sql, CLIENT_SECRETS_FORGET, NULL, sql_uuid(id));
        return SQL_RUN(cleanup->sql, CLIENT_LATER, NULL, sql_uuid(id), sql_instant(later(cleanup)));
}

/* What it leaves behind is looked at from now on. */
static enum err account_look(const struct cleanup *cleanup, const struct uuid *id, bool *ret_gone)
{
        struct instant now = cleanup->sql->op->now;

        TRY(forget(cleanup, STATEMENT_ACCOUNT_FORGET, id, ret_gone));
        if (*ret_gone)
                return ERR_OK;
        TRY(SQL_RUN(cleanup->sql, ACCOUNT_CLIENTS_LOOK, NULL, sql_uuid(id), sql_instant(now)));
        TRY(SQL_RUN(cleanup->sql, ACCOUNT_PROJECTS_LOOK, NULL, sql_uuid(id), sql_instant(now)));
        return SQL_RUN(cleanup->sql, ACCOUNT_LATER, NULL, sql_uuid(id),
                       sql_instant(later(cleanup)));
}

typedef enum err look(const struct cleanup *, const struct uuid *id, bool *ret_gone);

/* A batch that was full is followed by another, also if nothing in it could go. */
static enum err gone_clean(struct cleanup *cleanup, enum statement due, look *look_at)
{
        int64_t room = room_in(cleanup);
        struct sql_rows rows = {0};

        TRY(batch_run(cleanup, due, cleanup->sql->op->now.ms, &rows));
        for (size_t i = 0; i < rows.n_rows; i++) {
                struct uuid id = sql_get_uuid(&rows, i, 0);
                bool is_gone = false;

                TRY(look_at(cleanup, &id, &is_gone));
                cleanup->n += is_gone;
        }
        if ((int64_t)rows.n_rows == room)
                cleanup->n = LIMIT_CLEANUP;
        return ERR_OK;
}

/* --- the operations --- */

WRITE_OUT(cleanup, struct cleanup_limits, int64_t)
{
        struct cleanup cleanup = {.sql = sql, .limits = in};

        TRY(expired_clean(&cleanup));
        TRY(codes_clean(&cleanup));
        TRY(grants_clean(&cleanup, STATEMENT_GRANTS_ENDED));
        TRY(grants_clean(&cleanup, STATEMENT_GRANTS_UNISSUED));
        TRY(gone_clean(&cleanup, STATEMENT_PROJECTS_DUE, project_look));
        TRY(gone_clean(&cleanup, STATEMENT_CLIENTS_DUE, client_look));
        TRY(gone_clean(&cleanup, STATEMENT_ACCOUNTS_DUE, account_look));
        *ret = cleanup.n;
        return ERR_OK;
}

READ(cleanup_waiting, struct cleanup_limits, int64_t)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLEAN_WAITING, &rows, sql_instant(sql->op->now),
                    sql_integer(in->jwt_before), sql_instant(in->codes_before),
                    sql_instant(in->audit_before), sql_instant(in->requests_before),
                    sql_instant(in->grants_before)));
        *ret = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}
