/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd store: maintaining the database.
 */
#include "store/open.h"

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
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

static int check_command(int argc, char **argv)
{
        JOB(job, &check_usage, NULL);
        struct texts problems = {0};
        struct rekey_counts counts = {0};
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        error = store_integrity(&job.op, &problems);
        if (error == ERR_OK)
                error = rekey_try_all(&job.op, &counts);
        return error == ERR_OK ? problems_print(&job, &problems, &counts) : job_failed(error);
}

/* --- recover --- */

struct values {
        bool json;
};

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
                "or damaged; the rest is done all the same.",
        OPTIONS(recover_options),
        .takes_settings = true,
};

static int recover_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &recover_usage, &values);
        struct recovered done = {0};
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        error = database_recover(&job.op, &done);
        if (error != ERR_OK)
                return job_failed(error);
        if (!*job.node.location.path)
                complain("the revocation log was restored with the database: access revoked after "
                         "the backup is valid again; revoke it again");
        return recovered_print(&done, values.json);
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
