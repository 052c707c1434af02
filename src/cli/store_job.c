/* SPDX-License-Identifier: Apache-2.0
 *
 * Beginning and ending work on the store.
 */
#include "cli/store_job.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "core/people/email.h"

void store_job_end(struct store_job *job)
{
        arena_deinit(&job->scratch);
        operator_job_end(&job->base);
}

bool store_job_begin(struct store_job *job, const struct usage *usage, int argc, char **argv,
                     void *values, int *ret_status)
{
        *ret_status = operator_job_begin(&job->base, usage, argc, argv, values);
        if (!job->base.is_open)
                return false;
        *ret_status = EXIT_FAILED;
        return true;
}

struct slice store_job_argument(const struct store_job *job, size_t index)
{
        if (index >= job->base.rest.n_arguments)
                return (struct slice){0};
        return slice_from_string(job->base.rest.arguments[index]);
}

enum err store_job_account(struct store_job *job, struct slice email, struct account *ret)
{
        struct slice normal;
        enum err error = email_normalise(&job->base.arena, email, &normal);

        if (error == ERR_OK)
                error = store_account_find(&job->base.op, &normal, ret);
        if (error == ERR_NO_ROW || error == ERR_FIELD_MALFORMED)
                complain("there is no account with the e-mail address \"%.*s\"", (int)email.size,
                         (const char *)email.data);
        else if (error != ERR_OK)
                (void)operator_failed(error);
        return error;
}

static enum err accounts_visit(struct store_job *job, account_visitor *each, void *context)
{
        struct arena page CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct op op = op_step(&job->base.op, &page);
        struct uuid after = {0};

        for (;;) {
                struct account_list accounts;

                arena_reset(&page);
                TRY(store_account_list(&op, &after, &accounts));
                for (size_t i = 0; i < accounts.n; i++) {
                        arena_reset(&job->scratch);
                        TRY(each(job, &accounts.items[i], context));
                }
                if (accounts.n == 0)
                        return ERR_OK;
                after = accounts.items[accounts.n - 1].id;
        }
}

enum err store_job_accounts(struct store_job *job, struct slice email, account_visitor *each,
                            void *context)
{
        struct account account;
        enum err error;

        if (email.data) {
                TRY(store_job_account(job, email, &account));
                error = each(job, &account, context);
        } else {
                error = accounts_visit(job, each, context);
        }
        if (error != ERR_OK)
                (void)operator_failed(error);
        return error;
}

struct list_values {
        bool json;
};

static const struct option list_options[] = {
        {"json", OPTION_FLAG, offsetof(struct list_values, json), NULL, "print JSON", 0, 0},
};

int list_command_run(const struct list_command *list, int argc, char **argv,
                     void (*remark)(const struct store_job *job))
{
        STORE_JOB(job);
        const struct usage usage = {
                .command = list->command,
                .arguments = list->arguments,
                .summary = list->summary,
                .options = list_options,
                .n_options = ARRAY_SIZE(list_options),
                .n_arguments = list->arguments ? 1 : 0,
                .takes_settings = true,
        };
        json_t *array CLEANUP(json_decrefp) = json_array();
        struct list_values values = {0};
        int status;

        if (!store_job_begin(&job, &usage, argc, argv, &values, &status))
                return status;
        if (store_job_accounts(&job, store_job_argument(&job, 0), list->append, array) != ERR_OK)
                return EXIT_FAILED;
        rows_print(take(&array), list->columns, list->n_columns, values.json);
        if (remark && !values.json)
                remark(&job);
        return EXIT_DONE;
}

/* Bytes that do not continue a character. */
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
        complain("--%s takes plain text of %zu characters at most", option, maximum);
        return false;
}
