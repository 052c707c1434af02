/* SPDX-License-Identifier: Apache-2.0
 *
 * With one argument SQLite writes a copy of its file; with two, rows go from one database to
 * another. URLs may have passwords, so they are never printed.
 */
#include "cli/store_copy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/files.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "config/policy.h"
#include "core/upkeep/database.h"
#include "store/copy.h"

struct values {
        bool json;
};

static const struct option options[] = {
        JSON_OPTION,
};

static const struct usage usage = {
        .command = "store copy",
        .arguments = "FILE | FROM TO",
        .summary =
                "With FILE: writes a consistent copy of an SQLite database to a new file, also "
                "while servers\nwork. Copy the key file too, to another place.\n"
                "With FROM and TO, each sqlite:PATH or postgresql://USER@HOST/DATABASE: copies a "
                "whole database\ninto an empty one, and compares both. Stop every server first. "
                "If it is interrupted, run it again:\nit goes on where it stopped. Until it is "
                "complete, nothing else opens the copy. Then give the\nservers the new store.url, "
                "with the same key file.",
        OPTIONS(options),
        .n_arguments = 2,
        .n_needed = 1,
        .takes_settings = true,
};

/* --- a backup --- */

static int why_print(const struct buf *why)
{
        complain_why(why);
        return EXIT_FAILED;
}

/* The file is created first, so that no other user can ever read it. */
static int backup_write(struct job *job, const char *path)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);

        if (file_create_secret(path, (struct secret){0}, &why) != ERR_OK)
                return why_print(&why);
        progress_say("Copying the database.");
        if (store_copy(job->node.store, path) != ERR_OK) {
                (void)unlink(path);
                complain("the copy could not be written; the log says why");
                return EXIT_FAILED;
        }
        if (file_sync(path, &why) != ERR_OK)
                return why_print(&why);
        print("%s is a copy of the database. Its key file is not in it.\n", path);
        return EXIT_DONE;
}

static int backup_command(struct job *job)
{
        if (!job_load(job) || !job_open(job))
                return job->status;
        if (!*job->node.location.path) {
                complain(
                        "store copy: %s is a database of PostgreSQL; use pg_dump, or name where to "
                        "copy it: \"grantd store copy FROM TO\"",
                        job->node.location.name);
                return EXIT_FAILED;
        }
        return backup_write(job, job->rest.arguments[0]);
}

/* --- into another database --- */

struct moving {
        struct store_location from, to;
        bool is_terminal;
};

/* On a terminal a table's line grows; elsewhere it is printed once. */
static void on_progress(void *context, const char *name, int64_t n_rows, int64_t n_total)
{
        const struct moving *moving = context;

        n_total = n_total > n_rows ? n_total : n_rows;
        if (moving->is_terminal)
                (void)fprintf(stderr, "\r%-22s %12lld of %lld rows", name, (long long)n_rows,
                              (long long)n_total);
        if (n_rows < n_total)
                return;
        if (moving->is_terminal)
                (void)fputc('\n', stderr);
        else
                (void)fprintf(stderr, "%-22s %12lld rows\n", name, (long long)n_rows);
}

static json_t *json_from_content(const struct copy_content *content)
{
        struct buf hex CLEANUP(buf_deinit) = BUF_LOCAL(2 * sizeof(content->digest.bytes) + 1);

        hex_encode(&hex, SLICE_ARRAY(content->digest.bytes));
        return json_pack("{ss sI so}", "name", content->name, "rows", (json_int_t)content->n_rows,
                         "sha256", json_from_slice(buf_slice(&hex)));
}

static void report_print(const struct moving *moving, const struct copy_report *report,
                         bool as_json)
{
        json_t *tables = json_array();
        int64_t n = 0;

        for (size_t i = 0; i < report->n; i++) {
                n += report->items[i].n_rows;
                json_append(tables, json_from_content(&report->items[i]));
        }
        if (as_json) {
                print_json(json_pack("{ss ss so}", "from", moving->from.name, "to", moving->to.name,
                                     "tables", tables));
                return;
        }
        json_decref(tables);
        print("The copy is complete: %s has the %lld rows of %s, compared by digest.\nGive the "
              "servers its store.url and the same key file, and do not serve the old database any "
              "more.\n",
              moving->to.name, (long long)n, moving->from.name);
}

static int copy_failed(const struct moving *moving, const struct copy_report *report,
                       enum err error)
{
        if (error == ERR_CONFLICT)
                complain("%s is in use, or has a copy of another database%s; name an empty one. "
                         "Nothing was changed there.",
                         moving->to.name,
                         *moving->to.path ? ", or a revocations.log beside it" : "");
        else if (error == ERR_COPY_UNFINISHED)
                complain(
                        "%s has changed in %s while it was copied; stop every server that uses it, "
                        "then run the same command again",
                        report->differs, moving->from.name);
        else if (error == ERR_FIELD_MALFORMED)
                complain("the revocation log of %s is damaged; \"grantd store check\" and "
                         "docs/how-to/restore.md say what to do",
                         moving->from.name);
        else
                complain("the copy is not complete; the log says why. Nothing is lost: mend that, "
                         "then run the same command again.");
        return EXIT_FAILED;
}

static bool location_read(struct job *job, size_t argument, struct store_location *ret)
{
        job->config.store_url = job->rest.arguments[argument];
        if (config_store(&job->config, ret) == ERR_OK)
                return true;
        complain("store copy: %s is not the URL of a database. %s", argument ? "TO" : "FROM",
                 store_url_problem);
        return job_stop(job, EXIT_USAGE);
}

/* An empty file is a new database of SQLite. */
static bool target_make(struct job *job, const struct store_location *to)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);

        if (!*to->path || file_exists(to->path))
                return true;
        if (file_check_folder(to->path, &why) == ERR_OK &&
            file_create_secret(to->path, (struct secret){0}, &why) == ERR_OK)
                return true;
        complain_why(&why);
        return job_stop(job, EXIT_FAILED);
}

/* Opens the source as every command opens its database, which checks its key. */
static bool source_open(struct job *job, struct moving *moving, struct slice *ret)
{
        if (!job_load_for(job, job->rest.arguments[0]) || !location_read(job, 1, &moving->to) ||
            !location_read(job, 0, &moving->from) || !job_open(job))
                return false;
        if (database_node_id(&job->op, ret) == ERR_OK)
                return true;
        return job_stop(job, job_failed(ERR_STORE_UNAVAILABLE));
}

static int move_command(struct job *job, bool as_json)
{
        struct moving moving = {.is_terminal = isatty(STDERR_FILENO)};
        struct copy_task task = {.from = &moving.from,
                                 .to = &moving.to,
                                 .progress = on_progress,
                                 .context = &moving};
        struct copy_report report = {0};
        enum err error;

        if (!source_open(job, &moving, &task.source) || !target_make(job, &moving.to))
                return job->status;
        error = copy_run(&task, &report);
        if (error != ERR_OK)
                return copy_failed(&moving, &report, error);
        report_print(&moving, &report, as_json);
        return EXIT_DONE;
}

int store_copy_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);

        if (!job_read_options(&job, argc, argv))
                return job.status;
        return job.rest.n_arguments == 1 ? backup_command(&job) : move_command(&job, values.json);
}
