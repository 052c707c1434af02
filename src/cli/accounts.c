/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding accounts, and iterating over them.
 */
#include "cli/accounts.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/output.h"
#include "core/people/email.h"

enum err account_of(struct job *job, struct slice email, struct account *ret)
{
        struct slice normal;
        enum err error = email_normalise(&job->arena, email, &normal);

        if (error == ERR_OK)
                error = store_account_find(&job->op, &normal, ret);
        if (error == ERR_NO_ROW || error == ERR_FIELD_MALFORMED)
                complain("there is no account with the e-mail address \"%.*s\"", (int)email.size,
                         (const char *)email.data);
        else if (error != ERR_OK)
                (void)job_failed(error);
        return error;
}

bool account_job_begin(struct job *job, int argc, char **argv, struct account *ret)
{
        if (!job_begin(job, argc, argv))
                return false;
        return account_of(job, job_argument(job, 0), ret) == ERR_OK || job_stop(job, EXIT_FAILED);
}

const char *account_role_text(unsigned roles)
{
        if (roles & ACCOUNT_OPERATOR)
                return roles & ACCOUNT_DEVELOPER ? "developer, operator" : "operator";
        return roles & ACCOUNT_DEVELOPER ? "developer" : "person";
}

static enum err accounts_visit(struct job *job, account_visitor *each, struct rows *rows)
{
        struct arena page CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct op op = op_step(&job->op, &page);
        struct uuid after = {0};

        for (;;) {
                struct account_list accounts;

                arena_reset(&page);
                TRY(store_account_list(&op, &after, &accounts));
                for (size_t i = 0; i < accounts.n; i++) {
                        arena_reset(&job->scratch);
                        TRY(each(job, &accounts.items[i], rows));
                }
                if (accounts.n == 0)
                        return ERR_OK;
                after = accounts.items[accounts.n - 1].id;
        }
}

/* Visits the account with that e-mail address, or all accounts if it is absent. */
static enum err accounts_each(struct job *job, struct slice email, account_visitor *each,
                              struct rows *rows)
{
        struct account account;
        enum err error;

        if (email.data) {
                TRY(account_of(job, email, &account));
                error = each(job, &account, rows);
        } else {
                error = accounts_visit(job, each, rows);
        }
        if (error != ERR_OK)
                (void)job_failed(error);
        return error;
}

struct values {
        bool json;
};

static const struct option list_options[] = {JSON_OPTION};

int list_command_run(const struct list_command *list, int argc, char **argv,
                     void (*remark)(const struct job *job))
{
        const struct usage usage = {
                .command = list->command,
                .arguments = list->arguments,
                .summary = list->summary,
                OPTIONS(list_options),
                .n_arguments = list->arguments ? 1 : 0,
                .takes_settings = true,
        };
        struct rows rows CLEANUP(rows_deinit) = {.columns = list->columns,
                                                 .n_columns = list->n_columns};
        struct values values = {0};
        JOB(job, &usage, &values);
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        rows.as_json = values.json;
        if (accounts_each(&job, job_argument(&job, 0), list->append, &rows) != ERR_OK)
                return EXIT_FAILED;
        if (list->append_more && !job_argument(&job, 0).data) {
                error = list->append_more(&job, &rows);
                if (error != ERR_OK)
                        return job_failed(error);
        }
        rows_end(&rows);
        if (remark && !values.json)
                remark(&job);
        return EXIT_DONE;
}

/* Counts bytes that do not continue a character. */
static size_t n_characters(struct slice text)
{
        size_t n = 0;

        for (size_t i = 0; i < text.size; i++)
                n += (text.data[i] & 0xc0) != 0x80;
        return n;
}

bool name_check(const char *option, const char *text, size_t maximum)
{
        struct slice name = slice_from_string(text ? text : "");

        if (slice_is_utf8(name) && slice_is_plain_text(name) && n_characters(name) <= maximum)
                return true;
        complain("--%s must be plain text of %zu characters at most", option, maximum);
        return false;
}
