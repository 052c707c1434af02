/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking through a database, and the log that a restore of it would need.
 */
#include "base/macros.h"
#include "store/revocation_history.h"
#include "store/revocations.h"

static enum err database_look(struct sql *sql, struct texts *problems)
{
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, INTEGRITY, &rows));
        problems->items = arena_array(sql->arena, rows.n_rows + 3, struct slice);
        if (!problems->items)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                if (!slice_equal(sql_get_bytes(&rows, i, 0), SLICE("ok")))
                        problems->items[problems->n++] = sql_get_bytes(&rows, i, 0);
        return ERR_OK;
}

/* A restore would need it. Servers may add to it meanwhile, which is no problem. */
static enum err log_look(struct sql *sql, struct texts *problems)
{
        struct revocation_history history = REVOCATION_HISTORY(sql->arena, 0);
        struct revocation_findings findings;
        struct log_known known;

        TRY(log_known(sql, &known));
        TRY(sql->driver->log_read(sql->connection, &history));
        revocation_history_judge(&history, &findings);
        TRY(arena_check(sql->arena));
        if (history.is_missing && (known.line || known.feed))
                problems->items[problems->n++] = SLICE("revocations.log is missing");
        else if (findings.last < known.line)
                problems->items[problems->n++] =
                        SLICE("revocations.log ends before what the database knows of it");
        if (history.n_unreadable)
                problems->items[problems->n++] =
                        SLICE("revocations.log has lines that cannot be read");
        return ERR_OK;
}

READ_ALL(integrity, struct texts)
{
        struct texts problems = {0};

        TRY(database_look(sql, &problems));
        TRY(log_look(sql, &problems));
        *ret = problems;
        return ERR_OK;
}
