/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects.
 */
#include "base/macros.h"
#include "store/operations.h"
#include "store/revocations.h"

struct project project_of_row(const struct sql_rows *rows, size_t row)
{
        return (struct project){
                .id = sql_get_uuid(rows, row, 0),
                .account_id = sql_get_uuid(rows, row, 1),
                .name = sql_get_bytes(rows, row, 2),
                .satellite_address = sql_get_bytes(rows, row, 3),
                .head = sql_get_bytes(rows, row, 4),
                .sealed_api_key = sql_get_bytes(rows, row, 5),
                .sealed_secret = sql_get_bytes(rows, row, 6),
                .salt = sql_get_bytes(rows, row, 7),
                .path_cipher = (enum path_cipher)sql_get_integer(rows, row, 8),
                .limits = sql_get_bytes(rows, row, 9),
                .key_begins_at = sql_get_instant(rows, row, 10),
                .key_ends_at = sql_get_instant(rows, row, 11),
                .created_at = sql_get_instant(rows, row, 12),
                .public_id = sql_get_bytes(rows, row, 13),
                .prove_at = sql_get_instant(rows, row, 14),
                .problem = sql_get_bytes(rows, row, 15),
                .is_dead = sql_get_integer(rows, row, 16) != 0, /* of PROJECT_BY_HEAD only */
        };
}

enum err project_row_insert(struct sql *sql, const struct project *project)
{
        return SQL_RUN(sql, PROJECT_INSERT, NULL, sql_uuid(&project->id),
                       sql_uuid(&project->account_id), sql_text(project->name),
                       sql_text(project->satellite_address), sql_blob(project->head),
                       sql_blob(project->sealed_api_key), sql_blob(project->sealed_secret),
                       sql_blob(project->salt), sql_integer(project->path_cipher),
                       sql_text(project->limits), sql_instant_or_null(project->key_begins_at),
                       sql_instant_or_null(project->key_ends_at), sql_instant(project->created_at),
                       sql_blob(project->public_id), sql_instant_or_null(project->prove_at),
                       sql_text(project->problem));
}

AUDITED_WRITE(project_insert, struct project)
{
        int64_t n;

        TRY(SQL_INTEGER_OF(sql, PROJECT_COUNT, &n, sql_uuid(&in->account_id)));
        if (n >= LIMIT_PROJECTS)
                return ERR_TOO_MANY;
        return project_row_insert(sql, in);
}

READ_ALL(project_list, struct project_list)
{
        return SQL_LIST(sql, PROJECT_LIST, project_of_row, ret, sql_uuid(&sql->op->account_id));
}

READ(project_get, struct uuid, struct project)
{
        return SQL_ROW(sql, PROJECT_GET, project_of_row, ret, sql_uuid(in));
}

READ(project_by_head, struct slice, struct project)
{
        return SQL_ROW(sql, PROJECT_BY_HEAD, project_of_row, ret, sql_blob(*in));
}

AUDITED_WRITE(project_delete, struct uuid)
{
        TRY(SQL_RUN_ON_ROW(sql, PROJECT_DELETE, NULL, sql_uuid(in), sql_uuid(&sql->op->account_id),
                           sql_instant(sql->op->now)));
        return revocations_add(sql, REVOKED_PROJECT, in, 1, sql->op->now);
}

/* --- proving --- */

WRITE_OUT(project_unproven, struct proof_round, struct project_list)
{
        return SQL_LIST(sql, PROJECTS_UNPROVEN, project_of_row, ret, sql_instant(sql->op->now),
                        sql_instant(in->again_at), sql_integer(in->limit));
}

AUDITED_WRITE(project_prove, struct proof)
{
        enum err error = SQL_RUN_ON_ROW(sql, PROJECT_PROVE, NULL, sql_uuid(&in->project_id),
                                        sql_blob(in->public_id), sql_instant_or_null(in->prove_at),
                                        sql_outcome(in->outcome));

        if (error == ERR_NO_ROW)
                return sql_unchanged(sql);
        sql->audit_outcome = in->outcome;
        return error;
}
