/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs for whoever restores or doubts a database.
 */
#include "base/macros.h"
#include "store/revocation_log.h"
#include "store/rows.h"
#include "store/verbs.h"

/* --- restored --- */

struct restored_call {
        const struct audit_entry *audit;
        struct restored *ret;
};

static enum statement mark_of(enum revocation_kind kind)
{
        switch (kind) {
        case REVOKED_GRANT:
                return STATEMENT_RESTORED_GRANT;
        case REVOKED_CLIENT:
                return STATEMENT_RESTORED_CLIENT;
        case REVOKED_PROJECT:
                return STATEMENT_RESTORED_PROJECT;
        case REVOKED_ACCOUNT:
                return STATEMENT_RESTORED_ACCOUNT;
        }
        return STATEMENT_RESTORED_GRANT;
}

/* Numbers that were given out before are not given out again: whoever reads the feed has seen
 * them. */
static enum err counter_advance(struct sql *sql, const struct revocation_line *lines, size_t n)
{
        int64_t most = 0;

        for (size_t i = 0; i < n; i++)
                most = lines[i].seq > most ? lines[i].seq : most;
        return SQL_RUN(sql, RESTORED_COUNTER, NULL, sql_integer(most));
}

/* What the restored copy did not know is revoked anew, with a number of its own. */
static enum err line_replay(struct sql *sql, const struct revocation_line *line, int64_t *n)
{
        struct sql_value values[] = {sql_uuid(&line->id), sql_instant(line->at)};
        struct sql_rows rows = {0};

        TRY(sql_run(sql, mark_of(line->kind), values, ARRAY_SIZE(values), &rows));
        if (rows.n_rows == 0)
                return ERR_OK;
        ++*n;
        return revocations_add(sql, line->kind, &line->id, 1, line->at);
}

static enum err restored_verb(struct sql *sql, void *argument)
{
        const struct restored_call *call = argument;
        struct restored restored = {0};
        struct revocation_line *lines;
        struct sql_rows rows = {0};
        size_t n = 0;

        TRY(sql_run(sql, STATEMENT_RESTORED_REQUESTS, NULL, 0, &rows));
        restored.n_requests = (int64_t)rows.n_rows;
        TRY(sql_run(sql, STATEMENT_RESTORED_SESSIONS, NULL, 0, &rows));
        restored.n_sessions = (int64_t)rows.n_rows;
        TRY(revocation_log_read(sql->revocations, sql->arena, &lines, &n));
        TRY(counter_advance(sql, lines, n));
        for (size_t i = 0; i < n; i++)
                TRY(line_replay(sql, &lines[i], &restored.n_revocations));
        *call->ret = restored;
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_restored(struct store *store, struct arena *arena, const struct audit_entry *audit,
                        struct restored *ret)
{
        struct restored_call call = {audit, ret};

        return sql_write(store, arena, restored_verb, &call);
}

/* --- integrity --- */

static enum err integrity_verb(struct sql *sql, void *argument)
{
        struct texts *ret = argument;
        struct sql_rows rows = {0};
        struct texts texts;

        TRY(sql_run(sql, STATEMENT_INTEGRITY, NULL, 0, &rows));
        texts = (struct texts){.items = arena_array(sql->arena, rows.n_rows, struct slice)};
        for (size_t i = 0; i < rows.n_rows; i++)
                if (!slice_equal(sql_get_bytes(&rows, i, 0), SLICE("ok")))
                        texts.items[texts.n++] = sql_get_bytes(&rows, i, 0);
        *ret = texts;
        return ERR_OK;
}

enum err store_integrity(struct store *store, struct arena *arena, struct texts *ret)
{
        return sql_read(store, arena, integrity_verb, ret);
}
