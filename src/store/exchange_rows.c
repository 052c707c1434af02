/* SPDX-License-Identifier: Apache-2.0
 *
 * All that an exchange looks at before it claims a code, in one statement: on PostgreSQL that is
 * one round trip instead of four.
 */
#include "base/macros.h"
#include "store/operations.h"

/* How many there are in a list of columns, which statements.def has, and sql.h with it. */
static size_t n_columns(const char *list)
{
        size_t n = 1;

        for (; *list; list++)
                n += *list == ',';
        return n;
}

/* The next columns of the rows. */
static struct sql_rows part_take(struct sql_rows *rows, size_t n)
{
        struct sql_rows part = sql_columns(rows, 0, n);

        *rows = sql_columns(rows, n, rows->n_columns - n);
        return part;
}

static bool has(const struct sql_rows *rows)
{
        return sql_at(rows, 0, 0)->kind != SQL_NULL;
}

/* There is a row for each secret, or one without. */
READ(exchange_rows, struct exchange_key, struct exchange_rows)
{
        struct sql_rows rows = {0}, client, secrets, project;
        struct exchange_rows found = {0};

        TRY(SQL_RUN_ON_ROW(sql, EXCHANGE_ROWS, &rows, sql_uuid(&in->client_id), sql_integer(in->no),
                           sql_instant(sql->op->now)));
        client = part_take(&rows, n_columns(CLIENT_COLUMNS("")));
        secrets = part_take(&rows, n_columns(CLIENT_SECRET_COLUMNS("")));
        project = part_take(&rows, n_columns(PROJECT_COLUMNS("")));
        found.has_client = has(&client);
        found.has_project = has(&project);
        found.has_request = has(&rows);
        if (!has(&secrets))
                secrets.n_rows = 0;
        if (found.has_client)
                found.client = client_of_rows(sql->arena, &client, 0, &secrets);
        if (found.has_project)
                found.project = project_of_row(&project, 0);
        if (found.has_request)
                found.request = request_of_row(&rows, 0);
        *ret = found;
        return ERR_OK;
}
