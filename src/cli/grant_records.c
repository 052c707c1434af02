/* SPDX-License-Identifier: Apache-2.0
 *
 * An operator sees when and what was granted, never the grant itself.
 */
#include "cli/grant_records.h"

#include "api/json.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "core/grants/connected.h"

static const struct column columns[] = {
        {"id", "ID"},         {"account", "ACCOUNT"},   {"client_id", "CLIENT_ID"},
        {"status", "STATUS"}, {"created_at", "ISSUED"}, {"expires_at", "ENDS"},
};

static const char *status_text(const struct grant *grant, struct instant now)
{
        return grant->is_dead ? "dead" : grant_status_text(grant, now);
}

static json_t *grant_row(const struct grant *grant, struct slice account, struct instant now)
{
        static const struct uuid owners;
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&grant->id));
        json_put(object, "account", json_from_slice(account));
        json_put(object, "client_id",
                 uuid_equal(&grant->client_row, &owners) ? json_null()
                                                         : json_from_uuid(&grant->client_id));
        json_put(object, "project_id", json_from_uuid(&grant->project_id));
        json_put(object, "scopes", json_from_scope_text(grant->scope));
        json_put(object, "status", json_string(status_text(grant, now)));
        json_put(object, "created_at", json_from_instant(grant->created_at));
        json_put(object, "expires_at", json_from_instant(grant->expires_at));
        return object;
}

/* --- list --- */

static enum err grants_append(struct job *job, const struct account *account, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct list_page page = {.limit = LIMIT_LIST};
        struct grant_list grants;

        op.account_id = account->id;
        do {
                arena_reset(&job->scratch);
                TRY(store_grant_list(&op, &page, &grants));
                for (size_t i = 0; i < grants.n; i++)
                        rows_add(rows, grant_row(&grants.items[i], account->email, op.now));
                page.after = grants.next;
        } while (!list_cursor_is_none(&page.after));
        return ERR_OK;
}

int grant_list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "grant list",
                .arguments = "[EMAIL]",
                .summary = "Lists the grants of one account's storage, or all: newest first, also "
                           "those that have ended.\nThe grants themselves are not in the database.",
                .append = grants_append,
                .columns = columns,
                .n_columns = ARRAY_SIZE(columns),
        };

        return list_command_run(&list, argc, argv, NULL);
}

/* --- revoke --- */

/* The account is the grant's own, so that everything follows as if its user had done it. */
int grant_record_revoke(struct job *job, struct slice id_text)
{
        enum err error = ERR_NO_ROW;
        struct grant grant;
        struct uuid id;

        if (uuid_decode(id_text, &id))
                error = store_grant_by_id(&job->op, &id, &grant);
        if (error == ERR_NO_ROW) {
                complain("there is no grant with the id \"%.*s\"; \"grantd grant list\" lists them",
                         (int)id_text.size, (const char *)id_text.data);
                return EXIT_FAILED;
        }
        if (error != ERR_OK)
                return job_failed(error);
        job->op.account_id = grant.account_id;
        return job_result(connected_revoke_grant(&job->op, &id, &grant));
}
