/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account: an operator's work on accounts.
 */
#include "core/people/account.h"
#include "core/people/reset.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/account_email.h"
#include "cli/account_invite.h"
#include "cli/account_role.h"
#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "cli/secret_input.h"
#include "cli/subcommands.h"
#include "core/people/factor/factor.h"
#include "core/people/openid/provider_account.h"

struct values {
        const char *name, *password_file;
        bool json, yes;
};

#define PASSWORD_OPTION                                                                            \
        TEXT_OPTION("password-file", password_file, "FILE",                                        \
                    "read the password from a file; default: standard input")

static const struct column columns[] = {
        {"email", "E-MAIL"}, {"full_name", "NAME"},     {"status", "STATUS"},
        {"role", "ROLE"},    {"created_at", "CREATED"}, {"id", "ID"},
};

static json_t *account_row(const struct account *account)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&account->id));
        json_put(object, "email", json_from_slice(account->email));
        json_put(object, "full_name", json_from_slice(account->full_name));
        json_put(object, "status", json_string(account->disabled_at.ms ? "disabled" : "active"));
        json_put(object, "role", json_string(account_role_text(account->roles)));
        json_put(object, "created_at", json_from_instant(account->created_at));
        return object;
}

/* --- create --- */

static const struct option create_options[] = {
        TEXT_OPTION("name", name, "NAME", "the person's full name"),
        PASSWORD_OPTION,
        JSON_OPTION,
};

static const struct usage create_usage = {
        .command = "account create",
        .arguments = "EMAIL",
        .summary =
                "Creates an account with its first project, whether registration is open or not.",
        OPTIONS(create_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
        .creates_database = true,
};

static int create_failed(enum err error, struct slice email)
{
        int size = (int)email.size;
        const char *text = (const char *)email.data;

        if (error == ERR_FIELD_MALFORMED)
                complain("account create: \"%.*s\" is not an e-mail address", size, text);
        else if (error == ERR_EMAIL_TAKEN)
                complain("account create: there is already an account with the e-mail address "
                         "\"%.*s\"; \"grantd account set-password\" gives it another password",
                         size, text);
        else
                return job_failed(error);
        return EXIT_FAILED;
}

static int create_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &create_usage, &values);
        struct registration form = {0};
        struct account account;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        form.email = job_argument(&job, 0);
        form.full_name = slice_from_string(values.name ? values.name : "");
        if (!name_check("name", values.name, LIMIT_FULL_NAME))
                return EXIT_USAGE;
        if (secret_input_new(values.password_file, "password", &job.arena, &form.password) !=
            ERR_OK)
                return EXIT_FAILED;
        error = account_create(&job.op, &form, &account);
        if (error != ERR_OK)
                return create_failed(error, form.email);
        rows_print(json_pack("[o]", account_row(&account)), columns, ARRAY_SIZE(columns),
                   values.json);
        return EXIT_DONE;
}

/* --- list --- */

static enum err account_append(struct job *job, const struct account *account, struct rows *rows)
{
        (void)job;
        rows_add(rows, account_row(account));
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
        OPTIONS(set_password_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int set_password_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &set_password_usage, &values);
        struct account account;
        struct secret fresh;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        if (secret_input_new(values.password_file, "new password", &job.arena, &fresh) != ERR_OK)
                return EXIT_FAILED;
        job.op.account_id = account.id;
        return job_result(account_set_password_of(&job.op, &account, fresh));
}

/* --- reset-link --- */

static const struct usage reset_link_usage = {
        .command = "account reset-link",
        .arguments = "EMAIL",
        .summary = "Prints a link by which the person chooses a new password: once, within 30 "
                   "minutes. Earlier links of\nthe account end. Give it to nobody else.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int reset_link_command(int argc, char **argv)
{
        JOB(job, &reset_link_usage, NULL);
        struct account account;
        struct secret link;
        enum err error;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        error = reset_link_make(&job.op, &account, &link);
        if (error == ERR_ACCOUNT_DISABLED) {
                complain("account reset-link: the account is disabled; \"grantd account enable\" "
                         "lets it log in again");
                return EXIT_FAILED;
        }
        if (error != ERR_OK)
                return job_failed(error);
        print_slice(secret_reveal(link));
        return EXIT_DONE;
}

/* --- reset-factors --- */

static const struct usage reset_factors_usage = {
        .command = "account reset-factors",
        .arguments = "EMAIL",
        .summary =
                "Removes the second factor of the account with its recovery codes, and its "
                "passkeys, and ends all its\nsessions: for somebody who has lost them. Make sure "
                "who asks: from then on the password alone is enough.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

/* Removes something that an account may have; `missing` says that it has none. */
static int account_remove_part(int argc, char **argv, const struct usage *usage,
                               enum err (*remove_part)(struct op *op), const char *missing)
{
        JOB(job, usage, NULL);
        struct account account;
        enum err error;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        job.op.account_id = account.id;
        error = remove_part(&job.op);
        if (error != ERR_NOT_FOUND)
                return job_result(error);
        complain("%s: %s", usage->command, missing);
        return EXIT_FAILED;
}

static int reset_factors_command(int argc, char **argv)
{
        return account_remove_part(argc, argv, &reset_factors_usage, factor_reset,
                                   "this account has no second factor and no passkey");
}

/* --- unlink --- */

static const struct usage unlink_usage = {
        .command = "account unlink",
        .arguments = "EMAIL",
        .summary =
                "Ends the account's log-ins with OpenID Connect providers, and all its sessions: "
                "for somebody\nwhom the provider knows as another person now. Make sure of that: "
                "the next whom a trusted\nprovider gives this address gets the account.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int unlink_command(int argc, char **argv)
{
        return account_remove_part(argc, argv, &unlink_usage, provider_account_unlink,
                                   "nobody logs in to this account with a provider");
}

/* --- disable and delete --- */

static const struct usage disable_usage = {
        .command = "account disable",
        .arguments = "EMAIL",
        .summary =
                "Ends all sessions of the account and disables logging in. Its applications, "
                "projects and grants\nstop working. Its data stays, and \"grantd account enable\" "
                "lets it log in again.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int disable_command(int argc, char **argv)
{
        JOB(job, &disable_usage, NULL);
        struct account account;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        return job_result(account_end_by_operator(&job.op, &account.id, ACCOUNT_DISABLE));
}

static const struct usage enable_usage = {
        .command = "account enable",
        .arguments = "EMAIL",
        .summary = "Lets the account log in again, and its applications and projects work. Access "
                   "that was granted\nbefore stays revoked: people grant it again.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

static int enable_command(int argc, char **argv)
{
        JOB(job, &enable_usage, NULL);
        struct account account;
        enum err error;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        error = account_enable_by_operator(&job.op, &account);
        if (error != ERR_CONFLICT)
                return job_result(error);
        complain("account enable: it was disabled less than a minute ago, and what was under way "
                 "then may not have ended; try again in a minute");
        return EXIT_FAILED;
}

static const struct option delete_options[] = {YES_OPTION};

static const struct usage delete_usage = {
        .command = "account delete",
        .arguments = "EMAIL",
        .summary = "Deletes the account as its owner could: name and e-mail address are cleared, "
                   "and every\nsession, application, project and grant under it ends. This cannot "
                   "be undone, so it says what\nwill go, and asks.",
        OPTIONS(delete_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

/* Grants are counted on one page: who has more has many. */
static enum err belongings_count(struct job *job, struct buf *ret_text)
{
        struct list_page page = {.limit = LIMIT_LIST};
        struct client_list clients;
        struct project_list projects;
        struct grant_list grants;
        char text[160];

        TRY(store_client_list(&job->op, &clients));
        TRY(store_project_list(&job->op, &projects));
        TRY(store_grant_list(&job->op, &page, &grants));
        (void)snprintf(text, sizeof(text), "%zu applications, %zu projects and %s%zu grants",
                       clients.n, projects.n, grants.is_cut ? "more than " : "", grants.n);
        buf_put_string(ret_text, text);
        return ERR_OK;
}

/* The question about the account. Return: ERR_OK; faults. */
static enum err delete_ask(struct job *job, const struct account *account, struct buf *ret_text)
{
        buf_put_string(ret_text, "This deletes the account ");
        buf_put(ret_text, account->email);
        buf_put_string(ret_text, " with ");
        TRY(belongings_count(job, ret_text));
        buf_put_string(ret_text, ". It cannot be undone.");
        buf_put_byte(ret_text, 0);
        return ret_text->failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}

static int delete_command(int argc, char **argv)
{
        struct buf question CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct values values = {0};
        JOB(job, &delete_usage, &values);
        struct account account;
        enum err error;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        job.op.account_id = account.id;
        error = delete_ask(&job, &account, &question);
        if (error != ERR_OK)
                return job_failed(error);
        if (!confirm(&job, values.yes, (const char *)question.data))
                return job.status;
        return job_result(account_end_by_operator(&job.op, &account.id, ACCOUNT_DELETE));
}

static const struct subcommand subcommands[] = {
        {"create", "create an account", create_command},
        {"invite", "print a link by which somebody makes an account", account_invite_command},
        {"invitations", "list the open invitations", account_invitations_command},
        {"withdraw", "withdraw an invitation", account_withdraw_command},
        {"role", "make an account a developer or an operator, or no longer", account_role_command},
        {"list", "list all accounts", list_command},
        {"set-email", "change the e-mail address of an account", account_set_email_command},
        {"set-password", "set a new password and end all sessions", set_password_command},
        {"reset-link", "print a link by which the person chooses a new password",
         reset_link_command},
        {"reset-factors", "remove the second factor and the passkeys of somebody who lost them",
         reset_factors_command},
        {"unlink", "end the log-ins with providers", unlink_command},
        {"disable", "disable logging in, and end everything under the account", disable_command},
        {"enable", "let a disabled account log in again", enable_command},
        {"delete", "delete an account with everything under it", delete_command},
};

int account_command(int argc, char **argv)
{
        return subcommands_run("account", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
