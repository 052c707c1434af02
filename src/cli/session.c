/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd session: who is logged in to an account, and ending that.
 */
#include "core/people/session.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/subcommands.h"
#include "core/policy.h"

struct values {
        bool json, all;
};

static const struct column columns[] = {
        {"id", "ID"},
        {"account", "ACCOUNT"},
        {"authenticated_at", "LOGGED IN"},
        {"last_seen_at", "LAST SEEN"},
        {"address", "ADDRESS"},
        {"user_agent", "PROGRAM"},
};

static json_t *session_row(const struct session *session, struct slice account)
{
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&session->id));
        json_put(object, "account", json_from_slice(account));
        json_put(object, "authenticated_at", json_from_instant(session->authentication.at));
        json_put(object, "created_at", json_from_instant(session->created_at));
        json_put(object, "last_seen_at", json_from_instant(session->last_seen_at));
        json_put(object, "ends_at", json_from_instant(session->ends_at));
        json_put(object, "address", json_from_slice(session->address));
        json_put(object, "user_agent", json_from_slice(session->user_agent));
        return object;
}

/* --- list --- */

static enum err sessions_append(struct job *job, const struct account *account, struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct session_page page = {.page.limit = LIMIT_LIST,
                                    .idle = job->node.policy.session_idle};
        struct session_list sessions;

        op.account_id = account->id;
        do {
                arena_reset(&job->scratch);
                TRY(store_session_list(&op, &page, &sessions));
                for (size_t i = 0; i < sessions.n; i++)
                        rows_add(rows, session_row(&sessions.items[i], account->email));
                page.page.after = sessions.next;
        } while (!list_cursor_is_none(&page.page.after));
        return ERR_OK;
}

static int list_command(int argc, char **argv)
{
        static const struct list_command list = {
                .command = "session list",
                .arguments = "[EMAIL]",
                .summary = "Lists the sessions of one account, or all.",
                .append = sessions_append,
                .columns = columns,
                .n_columns = ARRAY_SIZE(columns),
        };

        return list_command_run(&list, argc, argv, NULL);
}

/* --- end --- */

static const struct option end_options[] = {
        FLAG_OPTION("all", all, "end all of them"),
};

static const struct usage end_usage = {
        .command = "session end",
        .arguments = "EMAIL [SESSION_ID]",
        .summary = "Ends one session of an account, or with --all every one: whoever is behind it "
                   "must log in again.",
        OPTIONS(end_options),
        .n_arguments = 2,
        .n_needed = 1,
        .takes_settings = true,
};

static int session_end(struct job *job, struct slice id_text)
{
        enum err error = ERR_NOT_FOUND;
        struct uuid id;

        if (uuid_decode(id_text, &id))
                error = session_end_one(&job->op, &id);
        if (error != ERR_NOT_FOUND)
                return job_result(error);
        complain("session end: the account has no session \"%.*s\"; \"grantd session list\" lists "
                 "them",
                 (int)id_text.size, (const char *)id_text.data);
        return EXIT_FAILED;
}

static int end_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &end_usage, &values);
        struct account account;

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (values.all == (job.rest.n_arguments == 2)) {
                complain("session end: needs either a SESSION_ID or --all");
                return EXIT_USAGE;
        }
        if (account_of(&job, job_argument(&job, 0), &account) != ERR_OK)
                return EXIT_FAILED;
        job.op.account_id = account.id;
        return values.all ? job_result(session_end_all(&job.op))
                          : session_end(&job, job_argument(&job, 1));
}

static const struct subcommand subcommands[] = {
        {"list", "list sessions", list_command},
        {"end", "end one session, or all of an account", end_command},
};

int session_command(int argc, char **argv)
{
        return subcommands_run("session", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
