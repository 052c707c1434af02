/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows after an older copy of the database was put back.
 */
#include <stdlib.h>

#include "base/macros.h"
#include "store/operations.h"
#include "store/revocation_history.h"
#include "store/revocations.h"

/* Numbers of the feed that are left out where nobody knows which were given out. */
static const int64_t FEED_LOST = INT64_C(1) << 32;

/* --- what the log tells, done again --- */

/* Whether it changed anything: a row came out. */
static enum err line_repeat(struct sql *sql, const struct revocation_line *line,
                            struct sql_rows *ret)
{
        struct sql_value id = sql_uuid(&line->id), at = sql_instant(line->at);

        switch (line->kind) {
        case LOG_grant:
                return SQL_RUN(sql, RECOVER_GRANT, ret, id, at);
        case LOG_access:
                TRY(SQL_RUN(sql, RECOVER_ACCESS, ret, id, at));
                return SQL_RUN(sql, RECOVER_AUTHORIZATIONS, NULL, id);
        case LOG_client:
                return SQL_RUN(sql, RECOVER_CLIENT, ret, id, at);
        case LOG_client_off:
        case LOG_client_narrowed:
                return SQL_RUN(sql, RECOVER_CLIENT_STATUS, ret, id, sql_integer(CLIENT_DISABLED));
        case LOG_client_blocked:
                return SQL_RUN(sql, RECOVER_CLIENT_STATUS, ret, id, sql_integer(CLIENT_BLOCKED));
        case LOG_secret:
                return SQL_RUN(sql, RECOVER_SECRET, ret, id, at);
        case LOG_project:
                return SQL_RUN(sql, RECOVER_PROJECT, ret, id, at);
        case LOG_account_disabled:
                return SQL_RUN(sql, RECOVER_ACCOUNT_DISABLED, ret, id, at);
        case LOG_developer_off:
                return SQL_RUN(sql, RECOVER_ROLE, ret, id, sql_integer(ACCOUNT_DEVELOPER));
        case LOG_operator_off:
                return SQL_RUN(sql, RECOVER_ROLE, ret, id, sql_integer(ACCOUNT_OPERATOR));
        case LOG_account_deleted:
                return SQL_RUN(sql, ACCOUNT_DELETE, ret, id, at);
        case LOG_password:
                return SQL_RUN(sql, RECOVER_PASSWORD, ret, id, sql_integer(LOGIN_PASSWORD));
        case LOG_factor:
                return SQL_RUN(sql, RECOVER_FACTOR, ret, id, sql_integer(LOGIN_PASSWORD));
        case LOG_recovery_code:
                return SQL_RUN(sql, RECOVER_RECOVERY_CODE, ret, id);
        case LOG_passkey:
                return SQL_RUN(sql, RECOVER_PASSKEY, ret, id);
        case LOG_token:
                return SQL_RUN(sql, TOKEN_DELETE, ret, id);
        case LOG_client_on:
        case LOG_account_enabled:
        case LOG_developer_on:
        case LOG_operator_on:
        case LOG_restored:
        case LOG_KINDS:
                break;
        }
        return ERR_OK;
}

/* What made grants die again, which the feed lists under a new number. */
static const enum revocation_kind feed_kinds[LOG_KINDS] = {
        [LOG_grant] = REVOKED_GRANT,
        [LOG_access] = REVOKED_ACCESS,
        [LOG_client] = REVOKED_CLIENT,
        [LOG_project] = REVOKED_PROJECT,
        [LOG_account_disabled] = REVOKED_ACCOUNT,
        [LOG_account_deleted] = REVOKED_ACCOUNT,
};

/* A new password's hash is lost, and the old one may be known to whom it was changed against; so is
 * a new second factor, without which the password would do. The account is locked, and comes out.
 */
static enum err line_do(struct sql *sql, const struct revocation_line *line,
                        struct recovered *recovered)
{
        struct texts *locked = &recovered->locked_accounts;
        struct sql_rows rows = {0};

        TRY(line_repeat(sql, line, &rows));
        if (rows.n_rows == 0)
                return ERR_OK;
        recovered->n_done[line->kind]++;
        if (feed_kinds[line->kind])
                TRY(feed_add(sql, feed_kinds[line->kind], &line->id, 1, line->at));
        if (line->kind == LOG_account_deleted)
                return account_clear(sql, &line->id, line->at);
        if (line->kind == LOG_password || line->kind == LOG_factor)
                locked->items[locked->n++] = sql_get_bytes(&rows, 0, 0);
        return ERR_OK;
}

/* --- in which order --- */

/* What a line turns on or off; 0: nothing. */
static int switch_of(const struct revocation_line *line)
{
        switch (line->kind) {
        case LOG_client_off:
        case LOG_client_on:
        case LOG_client_blocked:
                return 1;
        case LOG_account_disabled:
        case LOG_account_enabled:
                return 2;
        case LOG_developer_off:
        case LOG_developer_on:
                return 3;
        case LOG_operator_off:
        case LOG_operator_on:
                return 4;
        case LOG_grant:
        case LOG_access:
        case LOG_client:
        case LOG_client_narrowed:
        case LOG_secret:
        case LOG_project:
        case LOG_account_deleted:
        case LOG_password:
        case LOG_factor:
        case LOG_recovery_code:
        case LOG_passkey:
        case LOG_token:
        case LOG_restored:
        case LOG_KINDS:
                break;
        }
        return 0;
}

/* All that turns the same thing on and off stands together, so that the last one is told by the
 * line behind it. */
static int line_compare(const void *a, const void *b)
{
        const struct revocation_line *left = a, *right = b;
        int order = switch_of(left) - switch_of(right);

        if (order == 0 && switch_of(left))
                order = slice_compare(uuid_slice(&left->id), uuid_slice(&right->id));
        return order ? order : (left->number > right->number) - (left->number < right->number);
}

/* A switch that was turned again later says nothing. */
static bool is_overtaken(const struct revocation_findings *findings, size_t i)
{
        const struct revocation_line *line = &findings->lines[i];

        return switch_of(line) && i + 1 < findings->n && switch_of(line) == switch_of(&line[1]) &&
               uuid_equal(&line->id, &line[1].id);
}

static enum err findings_do(struct sql *sql, struct revocation_findings *findings,
                            struct recovered *recovered)
{
        recovered->locked_accounts.items = arena_array(sql->arena, findings->n, struct slice);
        if (!recovered->locked_accounts.items)
                return ERR_OUT_OF_MEMORY;
        if (findings->n)
                qsort(findings->lines, findings->n, sizeof(findings->lines[0]), line_compare);
        for (size_t i = 0; i < findings->n; i++)
                if (!is_overtaken(findings, i))
                        TRY(line_do(sql, &findings->lines[i], recovered));
        return ERR_OK;
}

/* --- the operation --- */

/* The numbers of the feed that were given out before are not given out again: whoever reads it has
 * seen them. Where the log was restored too nobody knows them, so many are left out. The last line
 * says that all before it was done. */
static enum err log_replay(struct sql *sql, struct recovered *recovered)
{
        static const struct uuid none;
        struct revocation_findings findings;
        struct revocation_history history;
        struct log_known known;

        TRY(log_known(sql, &known));
        history = (struct revocation_history)REVOCATION_HISTORY(sql->arena, known.line);
        TRY(sql->driver->log_read(sql->connection, &history));
        revocation_history_judge(&history, &findings);
        TRY(arena_check(sql->arena));
        if (sql->driver->log_is_inside)
                findings.last_feed = known.feed + FEED_LOST;
        TRY(SQL_RUN(sql, RECOVER_COUNTER, NULL, sql_integer(findings.last_feed)));
        TRY(findings_do(sql, &findings, recovered));
        recovered->log_is_missing = history.is_missing && (known.line || known.feed);
        recovered->log_is_older = findings.is_older;
        recovered->n_lost = findings.n_lost;
        recovered->n_unreadable = history.n_unreadable;
        recovered->n_duplicates = findings.n_duplicates;
        return log_add(sql, LOG_restored, &none, 1, sql->op->now);
}

AUDITED_WRITE_ALL(recover, struct recovered)
{
        struct recovered recovered = {0};
        int64_t n_codes;

        TRY(SQL_COUNT(sql, RECOVER_REQUESTS, &recovered.n_requests));
        TRY(SQL_COUNT(sql, RECOVER_CODES, &n_codes, sql_instant(sql->op->now)));
        recovered.n_requests += n_codes;
        TRY(SQL_RUN(sql, RECOVER_SEALED, NULL));
        TRY(SQL_RUN(sql, RECOVER_REFRESHES, NULL));
        TRY(SQL_RUN(sql, RECOVER_PUSHED, NULL));
        TRY(SQL_RUN(sql, RECOVER_DEVICES, NULL));
        TRY(SQL_RUN(sql, RECOVER_RESETS, NULL));
        TRY(SQL_RUN(sql, RECOVER_INVITATIONS, NULL));
        TRY(SQL_RUN(sql, RECOVER_EMAIL_CHANGES, NULL));
        TRY(SQL_RUN(sql, RECOVER_MAILS, NULL));
        TRY(SQL_COUNT(sql, RECOVER_SESSIONS, &recovered.n_sessions));
        TRY(log_replay(sql, &recovered));
        *ret = recovered;
        return ERR_OK;
}
