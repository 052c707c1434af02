/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd store: maintaining the database.
 */
#include "store/open.h"

#include "base/files.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/store_copy.h"
#include "cli/store_recover.h"
#include "cli/subcommands.h"
#include "core/upkeep/database.h"
#include "core/upkeep/rekey.h"

/* --- check --- */

static const struct usage check_usage = {
        .command = "store check",
        .summary = "Checks the whole database, and opens every secret in it with the key "
                   "file. Changes\nnothing.",
        .takes_settings = true,
};

static int problems_print(const struct job *job, const struct texts *problems,
                          const struct rekey_counts *counts)
{
        bool is_file = *job->node.location.path;

        for (size_t i = 0; i < problems->n; i++)
                complain("%.*s", (int)problems->items[i].size,
                         (const char *)problems->items[i].data);
        if (counts->n_lost)
                complain("no key in the key file opens %lld secrets", (long long)counts->n_lost);
        if (problems->n || counts->n_lost)
                return EXIT_FAILED;
        print("%s, and the key file opens all %lld secrets.\n",
              is_file ? "The database is sound"
                      : "No problem was found (pg_amcheck looks for damaged files)",
              (long long)counts->n);
        return EXIT_DONE;
}

static enum err secrets_try(struct job *job, struct rekey_counts *ret)
{
        struct progress progress = {.what = "secrets opened"};
        const struct rekey_watch watch = {progress_of_secrets, &progress};
        enum err error = rekey_try_all(&job->op, &watch, ret);

        progress_end(&progress);
        return error;
}

static int check_command(int argc, char **argv)
{
        JOB(job, &check_usage, NULL);
        struct texts problems = {0};
        struct rekey_counts counts = {0};
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        progress_say("Looking through the tables.");
        error = store_integrity(&job.op, &problems);
        if (error == ERR_OK)
                error = secrets_try(&job, &counts);
        return error == ERR_OK ? problems_print(&job, &problems, &counts) : job_failed(error);
}

/* --- recover --- */

struct values {
        bool json;
};

enum { RECOVER_FILES = 64, RECOVER_BYTES = 256 << 20 };

static const struct option recover_options[] = {
        JSON_OPTION,
};

static const struct usage recover_usage = {
        .command = "store recover",
        .summary =
                "Run it after restoring an older copy of the database, before serving. It ends "
                "all codes, requests\nand sessions, and repeats what revocations.log next to the "
                "database records: everything that was\nrevoked, deleted, disabled, rotated or "
                "changed after the copy was made. The exit status is 1 if\nthat file is missing "
                "or damaged; the rest is done all the same.\nOn PostgreSQL, name the files of "
                "store.revocation_copy of all nodes: the log that was restored\nwith the database "
                "does not know what they know.",
        .arguments = "[FILE...]",
        OPTIONS(recover_options),
        .n_arguments = RECOVER_FILES,
        .takes_settings = true,
};

/* Damage does not prevent the rest, but shows in the exit status. */
static bool damage_tell(struct job *job, const char *path, const struct log_merged *merged)
{
        if (merged->n_unreadable) {
                complain("%s: %lld lines cannot be read", path, (long long)merged->n_unreadable);
                job->status = EXIT_FAILED;
        }
        return true;
}

/* Return: whether what can be read of the file is in the log now. */
static bool file_merge(struct job *job, const char *path)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct log_merged merged = {0};
        struct slice text;
        enum err error;

        if (file_read(path, RECOVER_BYTES, &job->arena, &text, &why) != ERR_OK) {
                complain_why(&why);
                return job_stop(job, EXIT_FAILED);
        }
        error = database_merge_log(&job->op, text, &merged);
        if (error == ERR_OK)
                return damage_tell(job, path, &merged);
        if (error == ERR_NOT_FOUND)
                complain("store recover: the log of %s is the file revocations.log next to it; "
                         "restore that",
                         job->node.location.name);
        else if (error == ERR_CONFLICT)
                complain("%s and the database have different lines with the same number: it is "
                         "another database's, or nodes have served since the restore; restore the "
                         "database again",
                         path);
        else
                (void)job_failed(error);
        return job_stop(job, EXIT_FAILED);
}

/* Files that cannot be used are named all at once, and nothing is recovered then. */
static bool files_merge(struct job *job)
{
        bool is_good = true;

        for (size_t i = 0; i < job->rest.n_arguments; i++)
                is_good = file_merge(job, job->rest.arguments[i]) && is_good;
        return is_good;
}

static int recover_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &recover_usage, &values);
        struct recovered done = {0};
        enum err error;
        int status;

        if (!job_begin(&job, argc, argv) || !files_merge(&job))
                return job.status;
        error = database_recover(&job.op, &done);
        if (error != ERR_OK)
                return job_failed(error);
        if (!*job.node.location.path && job.rest.n_arguments == 0)
                complain("the revocation log was restored with the database: access revoked after "
                         "the backup is valid again; revoke it again");
        status = recovered_print(&done, values.json);
        return status == EXIT_DONE ? job.status : status;
}

static const struct subcommand subcommands[] = {
        {"check", "look for damage", check_command},
        {"copy", "write a backup, or move to another database", store_copy_command},
        {"recover", "finish restoring a backup", recover_command},
};

int store_command(int argc, char **argv)
{
        return subcommands_run("store", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
