/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account: an operator's work on accounts.
 */
#include "core/people/account.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/secret_input.h"
#include "cli/store_job.h"
#include "cli/subcommands.h"

struct values {
        const char *name, *password_file;
        bool json;
};

#define PLACE(member) offsetof(struct values, member)
#define JSON_OPTION                                                                                \
        {                                                                                          \
                "json", OPTION_FLAG, PLACE(json), NULL, "print JSON", 0, 0                         \
        }
#define PASSWORD_OPTION                                                                            \
        {                                                                                          \
                "password-file", OPTION_TEXT, PLACE(password_file), "FILE",                        \
                        "read the password from a file; else from standard input", 0, 0            \
        }

static const struct column columns[] = {
        {"email", "E-MAIL"},       {"full_name", "NAME"}, {"status", "STATUS"},
        {"created_at", "CREATED"}, {"id", "ID"},
};

static json_t *account_row(const struct account *account)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&account->id));
        json_put(object, "email", json_from_slice(account->email));
        json_put(object, "full_name", json_from_slice(account->full_name));
        json_put(object, "status", json_string(account->disabled_at.ms ? "disabled" : "active"));
        json_put(object, "created_at", json_from_instant(account->created_at));
        return object;
}

/* --- create --- */

static const struct option create_options[] = {
        {"name", OPTION_TEXT, PLACE(name), "NAME", "the person's full name", 0, 0},
        PASSWORD_OPTION,
        JSON_OPTION,
};

static const struct usage create_usage = {
        .command = "account create",
        .arguments = "EMAIL",
        .summary = "Makes an account with its first project, whether registration is open or not.",
        .options = create_options,
        .n_options = ARRAY_SIZE(create_options),
        .n_arguments = 1,
        .takes_settings = true,
};

static int create_command(int argc, char **argv)
{
        STORE_JOB(job);
        struct values values = {0};
        struct registration form;
        struct account account;
        int status;
        enum err error;

        job.base.may_make = true;
        job.base.n_arguments = 1;
        if (!store_job_begin(&job, &create_usage, argc, argv, &values, &status))
                return status;
        form.email = store_job_argument(&job, 0);
        form.full_name = slice_from_string(values.name ? values.name : "");
        if (!name_check("name", values.name, LIMIT_FULL_NAME))
                return EXIT_USAGE;
        if (secret_input(values.password_file, "password", &job.base.arena, &form.password) !=
            ERR_OK)
                return EXIT_FAILED;
        error = account_create(&job.base.op, &form, &account);
        if (error == ERR_FIELD_MALFORMED)
                complain("account create: this is no e-mail address");
        else if (error != ERR_OK)
                (void)operator_failed(error);
        if (error != ERR_OK)
                return EXIT_FAILED;
        rows_print(json_pack("[o]", account_row(&account)), columns, ARRAY_SIZE(columns),
                   values.json);
        return EXIT_DONE;
}

/* --- list --- */

static enum err account_append(struct store_job *job, const struct account *account, void *array)
{
        (void)job;
        json_append(array, account_row(account));
        return ERR_OK;
}

static int list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "account list",
                .summary = "Lists all accounts.",
                .append = account_append,
                .columns = columns,
                .n_columns = ARRAY_SIZE(columns),
        };

        return list_command_run(&list, argc, argv, NULL);
}

/* --- set-password --- */

static const struct option set_password_options[] = {PASSWORD_OPTION};

static const struct usage set_password_usage = {
        .command = "account set-password",
        .arguments = "EMAIL",
        .summary = "Sets a new password and ends all sessions of the account.",
        .options = set_password_options,
        .n_options = ARRAY_SIZE(set_password_options),
        .n_arguments = 1,
        .takes_settings = true,
};

static int set_password_command(int argc, char **argv)
{
        STORE_JOB(job);
        struct values values = {0};
        struct password_change change = {0};
        struct account account;
        int status;
        enum err error;

        job.base.n_arguments = 1;
        if (!store_job_begin(&job, &set_password_usage, argc, argv, &values, &status))
                return status;
        if (store_job_account(&job, store_job_argument(&job, 0), &account) != ERR_OK ||
            secret_input(values.password_file, "new password", &job.base.arena, &change.password) !=
                    ERR_OK)
                return EXIT_FAILED;
        job.base.op.account_id = account.id;
        error = account_set_password_of(&job.base.op, &change);
        return error == ERR_OK ? EXIT_DONE : operator_failed(error);
}

/* --- disable and delete --- */

static const struct usage disable_usage = {
        .command = "account disable",
        .arguments = "EMAIL",
        .summary = "Ends all sessions of the account and lets nobody log in. Its applications and "
                   "projects are\nas good as gone, every grant under it is dead. Its data stays.",
        .n_arguments = 1,
        .takes_settings = true,
};

static const struct usage delete_usage = {
        .command = "account delete",
        .arguments = "EMAIL",
        .summary = "Deletes the account as its owner could: name and e-mail address are cleared, "
                   "every\nsession, application, project and grant under it is dead. There is no "
                   "way back.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int end_command(const struct usage *usage, int argc, char **argv, enum account_end end)
{
        STORE_JOB(job);
        struct account account;
        int status;
        enum err error;

        job.base.n_arguments = 1;
        if (!store_job_begin(&job, usage, argc, argv, NULL, &status))
                return status;
        if (store_job_account(&job, store_job_argument(&job, 0), &account) != ERR_OK)
                return EXIT_FAILED;
        error = account_end_by_operator(&job.base.op, &account.id, end);
        return error == ERR_OK ? EXIT_DONE : operator_failed(error);
}

static int disable_command(int argc, char **argv)
{
        return end_command(&disable_usage, argc, argv, ACCOUNT_DISABLE);
}

static int delete_command(int argc, char **argv)
{
        return end_command(&delete_usage, argc, argv, ACCOUNT_DELETE);
}

static const struct subcommand subcommands[] = {
        {"create", "make an account", create_command},
        {"list", "list all accounts", list_command},
        {"set-password", "set a new password and end all sessions", set_password_command},
        {"disable", "let nobody log in, and end all that is under it", disable_command},
        {"delete", "delete an account with all that is under it", delete_command},
};

int account_command(int argc, char **argv)
{
        return subcommands_run("account", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
