/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs on projects.
 */
#include "base/macros.h"
#include "store/rows.h"

static struct project project_of_row(const struct sql_rows *rows, size_t row)
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

struct project_insert_call {
        const struct project *project;
        const struct audit_entry *audit;
};

static enum err project_insert_verb(struct sql *sql, void *argument)
{
        const struct project_insert_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_COUNT, &rows, sql_uuid(&call->project->account_id)));
        if (sql_get_integer(&rows, 0, 0) >= LIMIT_PROJECTS)
                return ERR_TOO_MANY;
        TRY(project_row_insert(sql, call->project));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_project_insert(struct op *op, const struct project *project,
                              const struct audit_entry *audit)
{
        struct project_insert_call call = {project, audit};

        return sql_write_call(op, project_insert_verb, &call);
}

struct project_list_call {
        const struct uuid *account_id;
        struct project **ret;
        size_t *ret_n;
};

static enum err project_list_verb(struct sql *sql, void *argument)
{
        struct project_list_call *call = argument;
        struct sql_rows rows = {0};
        struct project *projects;

        TRY(SQL_RUN(sql, PROJECT_LIST, &rows, sql_uuid(call->account_id)));
        projects = arena_array(sql->arena, rows.n_rows, struct project);
        if (!projects)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                projects[i] = project_of_row(&rows, i);
        *call->ret = projects;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_project_list(struct op *op, const struct uuid *account_id, struct project **ret,
                            size_t *ret_n)
{
        struct project_list_call call = {account_id, ret, ret_n};

        return sql_read_call(op, project_list_verb, &call);
}

struct project_get_call {
        const struct uuid *id;
        struct project *ret;
};

static enum err project_get_verb(struct sql *sql, void *argument)
{
        struct project_get_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_GET, &rows, sql_uuid(call->id)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = project_of_row(&rows, 0);
        return ERR_OK;
}

struct project_by_head_call {
        struct slice head;
        struct project *ret;
};

static enum err project_by_head_verb(struct sql *sql, void *argument)
{
        struct project_by_head_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_BY_HEAD, &rows, sql_blob(call->head)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = project_of_row(&rows, 0);
        call->ret->is_dead = sql_get_integer(&rows, 0, 16) != 0;
        return ERR_OK;
}

enum err store_project_by_head(struct op *op, struct slice head, struct project *ret)
{
        struct project_by_head_call call = {head, ret};

        return sql_read_call(op, project_by_head_verb, &call);
}

enum err store_project_get(struct op *op, const struct uuid *id, struct project *ret)
{
        struct project_get_call call = {id, ret};

        return sql_read_call(op, project_get_verb, &call);
}

struct project_delete_call {
        const struct uuid *account_id;
        const struct uuid *id;
        struct instant now;
        const struct audit_entry *audit;
};

static enum err project_delete_verb(struct sql *sql, void *argument)
{
        const struct project_delete_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_DELETE, &rows, sql_uuid(call->id), sql_uuid(call->account_id),
                    sql_instant(call->now)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        TRY(revocations_add(sql, REVOKED_PROJECT, call->id, 1, call->now));
        return sql_audit(sql, call->audit, ERR_OK);
}

enum err store_project_delete(struct op *op, const struct uuid *account_id, const struct uuid *id,
                              struct instant now, const struct audit_entry *audit)
{
        struct project_delete_call call = {account_id, id, now, audit};

        return sql_write_call(op, project_delete_verb, &call);
}

/* --- proving --- */

struct project_unproven_call {
        struct instant now;
        struct instant again_at;
        int64_t limit;
        struct project **ret;
        size_t *ret_n;
};

static enum err project_unproven_verb(struct sql *sql, void *argument)
{
        struct project_unproven_call *call = argument;
        struct sql_rows rows = {0};
        struct project *projects;

        TRY(SQL_RUN(sql, PROJECTS_UNPROVEN, &rows, sql_instant(call->now),
                    sql_instant(call->again_at), sql_integer(call->limit)));
        projects = arena_array(sql->arena, rows.n_rows, struct project);
        if (!projects)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < rows.n_rows; i++)
                projects[i] = project_of_row(&rows, i);
        *call->ret = projects;
        *call->ret_n = rows.n_rows;
        return ERR_OK;
}

enum err store_project_unproven(struct op *op, struct instant now, struct instant again_at,
                                int64_t limit, struct project **ret, size_t *ret_n)
{
        struct project_unproven_call call = {now, again_at, limit, ret, ret_n};

        return sql_write_call(op, project_unproven_verb, &call);
}

struct project_prove_call {
        const struct proof *proof;
        const struct audit_entry *audit;
};

static enum err project_prove_verb(struct sql *sql, void *argument)
{
        const struct project_prove_call *call = argument;
        const struct proof *proof = call->proof;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_PROVE, &rows, sql_uuid(&proof->project_id),
                    sql_blob(proof->public_id), sql_instant_or_null(proof->prove_at),
                    sql_outcome(proof->outcome)));
        return rows.n_rows ? sql_audit(sql, call->audit, proof->outcome) : ERR_OK;
}

enum err store_project_prove(struct op *op, const struct proof *proof,
                             const struct audit_entry *audit)
{
        struct project_prove_call call = {proof, audit};

        return sql_write_call(op, project_prove_verb, &call);
}
