/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account invite, invitations and withdraw.
 */
#include "cli/account_invite.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "cli/rows.h"
#include "core/people/invitation.h"

struct values {
        int64_t lifetime;
        bool developer, json;
};

static json_t *invitation_row(const struct invitation *invitation)
{
        json_t *object = json_object();

        json_put(object, "email", json_from_slice(invitation->email));
        json_put(object, "role", json_string(account_role_text(invitation->roles)));
        json_put(object, "created_at", json_from_instant(invitation->created_at));
        json_put(object, "expires_at", json_from_instant(invitation->expires_at));
        return object;
}

/* --- invite --- */

static const struct option invite_options[] = {
        DURATION_OPTION("for", lifetime, "7d", "how long the link is valid",
                        INVITATION_LIFETIME_LEAST, INVITATION_LIFETIME_MOST),
        FLAG_OPTION("developer", developer, "the account gets the role of a developer"),
        JSON_OPTION,
};

static const struct usage invite_usage = {
        .command = "account invite",
        .arguments = "EMAIL",
        .summary = "Prints a link by which somebody makes an account with this e-mail address, "
                   "once, also\nwhere registration is closed. An earlier link for the address is "
                   "no longer valid.",
        OPTIONS(invite_options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
        .creates_database = true,
};

static int invite_failed(enum err error, struct slice email)
{
        int size = (int)email.size;
        const char *text = (const char *)email.data;

        if (error == ERR_FIELD_MALFORMED)
                complain("account invite: \"%.*s\" is not an e-mail address", size, text);
        else if (error == ERR_EMAIL_TAKEN)
                complain("account invite: there is already an account with the e-mail address "
                         "\"%.*s\"; \"grantd account set-password\" gives it another password",
                         size, text);
        else
                return job_failed(error);
        return EXIT_FAILED;
}

int account_invite_command(int argc, char **argv)
{
        struct values values = {.lifetime = INVITATION_LIFETIME};
        JOB(job, &invite_usage, &values);
        struct invitation invitation;
        struct invitation_form form;
        struct secret token, link;
        json_t *object;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        form = (struct invitation_form){.email = job_argument(&job, 0),
                                        .lifetime = values.lifetime,
                                        .roles = values.developer ? ACCOUNT_DEVELOPER : 0};
        error = invitation_make(&job.op, &form, &invitation, &token);
        if (error != ERR_OK)
                return invite_failed(error, form.email);
        link = invitation_link(&job.op, token);
        if (arena_check(&job.arena) != ERR_OK)
                return job_failed(ERR_OUT_OF_MEMORY);
        if (!values.json) {
                print_slice(secret_reveal(link));
                return EXIT_DONE;
        }
        object = invitation_row(&invitation);
        json_put(object, "link", json_from_slice(secret_reveal(link)));
        print_json(object);
        return EXIT_DONE;
}

/* --- invitations --- */

static const struct option list_options[] = {JSON_OPTION};

static const struct usage list_usage = {
        .command = "account invitations",
        .summary = "Lists the invitations that are open, without their links.",
        OPTIONS(list_options),
        .takes_settings = true,
};

static enum err invitations_print(struct job *job, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct list_page page = {.limit = LIMIT_LIST};
        struct invitation_list list;

        do {
                arena_reset(&job->scratch);
                TRY(store_invitation_list(&op, &page, &list));
                for (size_t i = 0; i < list.n; i++)
                        rows_add(rows, invitation_row(&list.items[i]));
                page.after = list.next;
        } while (!list_cursor_is_none(&page.after));
        return ERR_OK;
}

int account_invitations_command(int argc, char **argv)
{
        static const struct column columns[] = {{"email", "E-MAIL"},
                                                {"role", "ROLE"},
                                                {"created_at", "CREATED"},
                                                {"expires_at", "EXPIRES"}};
        struct values values = {0};
        JOB(job, &list_usage, &values);
        struct rows rows CLEANUP(rows_deinit) = {.columns = columns,
                                                 .n_columns = ARRAY_SIZE(columns)};
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        rows.as_json = values.json;
        error = invitations_print(&job, &rows);
        if (error != ERR_OK)
                return job_failed(error);
        rows_end(&rows);
        return EXIT_DONE;
}

/* --- withdraw --- */

static const struct usage withdraw_usage = {
        .command = "account withdraw",
        .arguments = "EMAIL",
        .summary = "Withdraws the invitation of an e-mail address: its link is no longer valid.",
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

int account_withdraw_command(int argc, char **argv)
{
        JOB(job, &withdraw_usage, NULL);
        struct slice email;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        email = job_argument(&job, 0);
        error = invitation_withdraw(&job.op, email);
        if (error != ERR_NOT_FOUND)
                return job_result(error);
        complain("account withdraw: \"%.*s\" has no open invitation; \"grantd account "
                 "invitations\" lists them",
                 (int)email.size, (const char *)email.data);
        return EXIT_FAILED;
}
