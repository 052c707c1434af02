/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows after an older copy of the database was put back.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "store/operations.h"
#include "store/revocation_history.h"
#include "store/revocations.h"

/* --- what the log tells, done again --- */

struct replay {
        struct sql *sql;
        struct recovered *recovered;
        size_t locked_room;
};

/* Runs the statement of a line. Return: as sql_run(), and whether it changed anything. */
static enum err line_run(struct replay *replay, enum statement statement,
                         const struct sql_value *values, size_t n_values, bool *ret_changed)
{
        struct sql_rows rows = {0};

        TRY(sql_run(replay->sql, statement, values, n_values, &rows));
        *ret_changed = rows.n_rows > 0;
        return ERR_OK;
}

/* For a statement of an id and an instant. */
static enum err line_run_at(struct replay *replay, enum statement statement,
                            const struct revocation_line *line, bool *ret_changed)
{
        struct sql_value values[] = {sql_uuid(&line->id), sql_instant(line->at)};

        return line_run(replay, statement, values, ARRAY_SIZE(values), ret_changed);
}

/* For what makes grants die: the feed learns of it under a new number. */
static enum err line_revoke(struct replay *replay, enum statement statement,
                            enum revocation_kind kind, const struct revocation_line *line,
                            bool *ret_changed)
{
        TRY(line_run_at(replay, statement, line, ret_changed));
        return feed_add(replay->sql, kind, &line->id, *ret_changed, line->at);
}

static enum err account_delete_again(struct replay *replay, const struct revocation_line *line,
                                     bool *ret_changed)
{
        TRY(line_revoke(replay, STATEMENT_ACCOUNT_DELETE, REVOKED_ACCOUNT, line, ret_changed));
        if (!*ret_changed)
                return ERR_OK;
        return account_clear(replay->sql, &line->id, line->at);
}

static enum err client_switch_again(struct replay *replay, const struct revocation_line *line,
                                    enum client_status status, bool *ret_changed)
{
        struct sql_value values[] = {sql_uuid(&line->id), sql_integer(status)};

        return line_run(replay, STATEMENT_RECOVER_CLIENT_STATUS, values, ARRAY_SIZE(values),
                        ret_changed);
}

static enum err token_delete_again(struct replay *replay, const struct revocation_line *line,
                                   bool *ret_changed)
{
        struct sql_value id = sql_uuid(&line->id);

        return line_run(replay, STATEMENT_TOKEN_DELETE, &id, 1, ret_changed);
}

static enum err locked_add(struct replay *replay, struct slice email)
{
        struct texts *locked = &replay->recovered->locked_accounts;

        if (locked->n == replay->locked_room) {
                size_t room = locked->n ? locked->n * 2 : 16;
                struct slice *more = arena_array(replay->sql->arena, room, struct slice);

                if (!more)
                        return ERR_OUT_OF_MEMORY;
                if (locked->n)
                        memcpy(more, locked->items, locked->n * sizeof(more[0]));
                locked->items = more;
                replay->locked_room = room;
        }
        locked->items[locked->n++] = email;
        return ERR_OK;
}

/* The new password's hash is lost, and the old one may be known to whom it was changed against. */
static enum err password_lock(struct replay *replay, const struct revocation_line *line,
                              bool *ret_changed)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(replay->sql, RECOVER_PASSWORD, &rows, sql_uuid(&line->id),
                    sql_integer(LOGIN_PASSWORD)));
        *ret_changed = rows.n_rows > 0;
        if (rows.n_rows)
                TRY(locked_add(replay, sql_get_bytes(&rows, 0, 0)));
        return ERR_OK;
}

static enum err line_do(struct replay *replay, const struct revocation_line *line,
                        bool *ret_changed)
{
        switch (line->kind) {
        case LOG_grant:
                return line_revoke(replay, STATEMENT_RECOVER_GRANT, REVOKED_GRANT, line,
                                   ret_changed);
        case LOG_access:
                return line_revoke(replay, STATEMENT_RECOVER_ACCESS, REVOKED_ACCESS, line,
                                   ret_changed);
        case LOG_client:
                return line_revoke(replay, STATEMENT_RECOVER_CLIENT, REVOKED_CLIENT, line,
                                   ret_changed);
        case LOG_client_off:
        case LOG_client_narrowed:
                return client_switch_again(replay, line, CLIENT_DISABLED, ret_changed);
        case LOG_client_blocked:
                return client_switch_again(replay, line, CLIENT_WAITING, ret_changed);
        case LOG_secret:
                return line_run_at(replay, STATEMENT_RECOVER_SECRET, line, ret_changed);
        case LOG_project:
                return line_revoke(replay, STATEMENT_RECOVER_PROJECT, REVOKED_PROJECT, line,
                                   ret_changed);
        case LOG_account_disabled:
                return line_revoke(replay, STATEMENT_RECOVER_ACCOUNT_DISABLED, REVOKED_ACCOUNT,
                                   line, ret_changed);
        case LOG_account_deleted:
                return account_delete_again(replay, line, ret_changed);
        case LOG_password:
                return password_lock(replay, line, ret_changed);
        case LOG_token:
                return token_delete_again(replay, line, ret_changed);
        case LOG_client_on:
        case LOG_restored:
        case LOG_KINDS:
                break;
        }
        return ERR_OK;
}

/* --- in which order --- */

static bool is_switch(const struct revocation_line *line)
{
        return line->kind == LOG_client_off || line->kind == LOG_client_on ||
               line->kind == LOG_client_blocked;
}

/* All switches of a client stand together, so that the last one is told by the line behind it. */
static int line_compare(const void *a, const void *b)
{
        const struct revocation_line *left = a, *right = b;
        int order = is_switch(left) - is_switch(right);

        if (order == 0 && is_switch(left))
                order = slice_compare(uuid_slice(&left->id), uuid_slice(&right->id));
        return order ? order : (left->number > right->number) - (left->number < right->number);
}

/* A switch that was turned again later says nothing. */
static bool is_overtaken(const struct revocation_findings *findings, size_t i)
{
        const struct revocation_line *line = &findings->lines[i];

        return is_switch(line) && i + 1 < findings->n && uuid_equal(&line->id, &line[1].id);
}

static enum err findings_do(struct replay *replay, struct revocation_findings *findings)
{
        if (findings->n)
                qsort(findings->lines, findings->n, sizeof(findings->lines[0]), line_compare);
        for (size_t i = 0; i < findings->n; i++) {
                const struct revocation_line *line = &findings->lines[i];
                bool has_changed = false;

                if (is_overtaken(findings, i))
                        continue;
                TRY(line_do(replay, line, &has_changed));
                replay->recovered->n_done[line->kind] += has_changed;
        }
        return ERR_OK;
}

/* --- the operation --- */

/* The numbers of the feed that were given out before are not given out again: whoever reads it has
 * seen them. The last line says that all before it was done. */
static enum err log_replay(struct sql *sql, struct recovered *recovered)
{
        static const struct uuid none;
        struct replay replay = {.sql = sql, .recovered = recovered};
        struct revocation_findings findings;
        struct revocation_history history;
        struct log_known known;

        TRY(log_known(sql, &known));
        history = (struct revocation_history)REVOCATION_HISTORY(sql->arena, known.line);
        TRY(sql->driver->log_read(sql->connection, &history));
        revocation_history_judge(&history, &findings);
        TRY(arena_check(sql->arena));
        TRY(SQL_RUN(sql, RECOVER_COUNTER, NULL, sql_integer(findings.last_feed)));
        TRY(findings_do(&replay, &findings));
        recovered->log_is_missing = history.is_missing && (known.line || known.feed);
        recovered->log_is_older = findings.is_older;
        recovered->n_lost = findings.n_lost;
        recovered->n_unreadable = history.n_unreadable;
        recovered->n_duplicates = findings.n_duplicates;
        return log_add(sql, LOG_restored, &none, 1, sql->op->now);
}

/* Pending requests and unused codes. */
static enum err requests_end(struct sql *sql, int64_t *ret_n)
{
        struct sql_rows requests = {0}, codes = {0};

        TRY(sql_run(sql, STATEMENT_RECOVER_REQUESTS, NULL, 0, &requests));
        TRY(SQL_RUN(sql, RECOVER_CODES, &codes, sql_instant(sql->op->now)));
        TRY(sql_run(sql, STATEMENT_RECOVER_SEALED, NULL, 0, NULL));
        *ret_n = (int64_t)(requests.n_rows + codes.n_rows);
        return ERR_OK;
}

AUDITED_WRITE_ALL(recover, struct recovered)
{
        struct recovered recovered = {0};
        struct sql_rows rows = {0};

        TRY(requests_end(sql, &recovered.n_requests));
        TRY(sql_run(sql, STATEMENT_RECOVER_SESSIONS, NULL, 0, &rows));
        recovered.n_sessions = (int64_t)rows.n_rows;
        TRY(log_replay(sql, &recovered));
        *ret = recovered;
        return ERR_OK;
}
