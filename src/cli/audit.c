/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd audit: reading the audit trail.
 */

#include "base/json.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "cli/accounts.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/subcommands.h"
#include "core/clients/client_ref.h"

enum {
        DAY = 86400,
        YEARS = 20 * 365 * DAY,
        /* A row has the time at which its operation began, and is seen once that has ended: who
         * follows waits so long for those that take their time. */
        FOLLOW_LAG = 5,
        FOLLOW_PAUSE_MS = 1000,
};

struct values {
        const char *account, *client, *kind;
        int64_t since, until;
        bool failed, follow, json;
};

static const struct column columns[] = {
        {"at", "TIME"},          {"action", "KIND"},        {"outcome", "OUTCOME"},
        {"address", "ADDRESS"},  {"account_id", "ACCOUNT"}, {"client_id", "CLIENT_ID"},
        {"subject_id", "ABOUT"}, {"request_id", "REQUEST"}, {"actor_id", "OPERATOR"},
};

static const struct option options[] = {
        TEXT_OPTION("account", account, "EMAIL", "of this account; also its id, if it is deleted"),
        TEXT_OPTION("client", client, "CLIENT_ID", "of this application"),
        TEXT_OPTION("kind", kind, "KIND", "of this kind, such as login or exchange"),
        FLAG_OPTION("failed", failed, "only what was refused"),
        DURATION_OPTION("since", since, "1d", "how far to look back", 1, YEARS),
        DURATION_OPTION("until", until, "1h", "leave out what is newer than this", 0, YEARS),
        FLAG_OPTION("follow", follow, "go on with new entries, five seconds late, until Ctrl-C"),
        FLAG_OPTION("json", json, "print JSON, one object a line"),
};

static const struct usage usage = {
        .command = "audit list",
        .summary = "Lists the audit trail of the last day, or as long as --since says, oldest "
                   "first. Entries are\nkept as long as audit.retention says.",
        OPTIONS(options),
        .takes_settings = true,
};

/* Which entries to print. */
struct filter {
        struct uuid account_id, client_id; /* zeros: any */
        struct slice kind;                 /* absent: any */
        bool only_failed;
};

static bool is_any_or(const struct uuid *wanted, const struct uuid *id)
{
        static const struct uuid any;

        return uuid_equal(wanted, &any) || uuid_equal(wanted, id);
}

static bool filter_takes(const struct filter *filter, const struct audit_row *row)
{
        return is_any_or(&filter->account_id, &row->account_id) &&
               is_any_or(&filter->client_id, &row->client_id) &&
               (!filter->kind.data || slice_equal(filter->kind, row->action)) &&
               (!filter->only_failed || !slice_equal(row->outcome, SLICE("ok")));
}

/* Reports what is wrong. */
static bool filter_read(struct job *job, const struct values *values, struct filter *ret)
{
        struct client_ref ref = {0};
        struct account account;

        ret->only_failed = values->failed;
        if (values->kind)
                ret->kind = slice_from_string(values->kind);
        if (values->client && !client_ref_parse(slice_from_string(values->client), &ref)) {
                complain("audit list: \"%s\" is not a client_id", values->client);
                return job_stop(job, EXIT_USAGE);
        }
        ret->client_id = ref.id;
        if (!values->account || uuid_decode(slice_from_string(values->account), &ret->account_id))
                return true;
        if (account_of(job, slice_from_string(values->account), &account) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        ret->account_id = account.id;
        return true;
}

static json_t *audit_row(const struct audit_row *row)
{
        json_t *object = json_object();

        json_put(object, "at", json_from_instant(row->at));
        json_put(object, "action", json_from_slice(row->action));
        json_put(object, "outcome", json_from_slice(row->outcome));
        json_put(object, "account_id", json_from_uuid_or_null(&row->account_id));
        json_put(object, "client_id", json_from_uuid_or_null(&row->client_id));
        json_put(object, "subject_id", json_from_uuid_or_null(&row->subject_id));
        json_put(object, "actor_id", json_from_uuid_or_null(&row->actor_id));
        json_put(object, "request_id", json_from_slice(row->request_id));
        json_put(object, "address", json_from_slice(row->address));
        return object;
}

/* All there is now from the page on, which moves behind it. */
static enum err trail_print(struct job *job, const struct filter *filter, struct audit_page *page,
                            struct rows *rows)
{
        struct op op = op_step(&job->op, &job->scratch);
        struct audit_list list;

        do {
                arena_reset(&job->scratch);
                TRY(store_audit_list(&op, page, &list));
                for (size_t i = 0; i < list.n; i++)
                        if (filter_takes(filter, &list.items[i]))
                                rows_add(rows, audit_row(&list.items[i]));
                if (list.n) {
                        page->from = list.items[list.n - 1].at;
                        page->after = list.items[list.n - 1].no;
                }
        } while (list.is_cut);
        return ERR_OK;
}

/* Return: a fault, or ERR_OK when nobody reads the output any more. */
static enum err trail_follow(struct job *job, const struct filter *filter, struct audit_page *page,
                             struct rows *rows)
{
        do {
                page->before = instant_add_seconds(op_time(&job->op), -FOLLOW_LAG);
                TRY(trail_print(job, filter, page, rows));
                rows_flush(rows);
                monotonic_sleep(FOLLOW_PAUSE_MS);
        } while (output_flush("nobody reads it"));
        return ERR_OK;
}

static int list(struct job *job, const struct values *values)
{
        struct rows rows CLEANUP(rows_deinit) = {.columns = columns,
                                                 .n_columns = ARRAY_SIZE(columns),
                                                 .as_json = values->json,
                                                 .is_lines = true};
        struct audit_page page = {
                .from = instant_add_seconds(job->op.now, -values->since),
                .before = instant_add_seconds(job->op.now, values->until ? -values->until : 1),
                .page.limit = LIMIT_LIST};
        struct filter filter = {0};
        enum err error;

        if (!filter_read(job, values, &filter))
                return job->status;
        error = values->follow ? trail_follow(job, &filter, &page, &rows)
                               : trail_print(job, &filter, &page, &rows);
        rows_end(&rows);
        return job_result(error);
}

static int list_command(int argc, char **argv)
{
        struct values values = {.since = DAY};
        JOB(job, &usage, &values);

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (values.follow && values.until) {
                complain("audit list: --follow and --until exclude each other");
                return EXIT_USAGE;
        }
        return list(&job, &values);
}

static const struct subcommand subcommands[] = {
        {"list", "list the audit trail, or follow it", list_command},
};

int audit_command(int argc, char **argv)
{
        return subcommands_run("audit", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
