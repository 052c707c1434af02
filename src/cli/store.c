/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd store: looking after the database.
 */
#include "store/open.h"

#include <stdio.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/operator.h"
#include "cli/output.h"
#include "cli/store_recover.h"
#include "cli/subcommands.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rekey.h"

/* --- check --- */

static const struct usage check_usage = {
        .command = "store check",
        .summary = "Looks through the whole database, and opens every secret in it with the key "
                   "file. Changes\nnothing.",
        .takes_settings = true,
};

static int problems_print(const struct texts *problems, const struct rekey_counts *counts)
{
        for (size_t i = 0; i < problems->n; i++)
                complain("%.*s", (int)problems->items[i].size,
                         (const char *)problems->items[i].data);
        if (counts->n_lost)
                complain("%lld secrets open with no key of the key file",
                         (long long)counts->n_lost);
        if (problems->n || counts->n_lost)
                return EXIT_FAILED;
        print("The database is sound, and the key file opens all %lld secrets.\n",
              (long long)counts->n);
        return EXIT_DONE;
}

static int check_command(int argc, char **argv)
{
        OPERATOR_JOB(job);
        struct texts problems = {0};
        struct rekey_counts counts = {0};
        enum err error;
        int status = operator_job_begin(&job, &check_usage, argc, argv, NULL);

        if (!job.is_open)
                return status;
        error = store_integrity(&job.op, &problems);
        if (error == ERR_OK)
                error = rekey_try_all(&job.op, &counts);
        return error == ERR_OK ? problems_print(&problems, &counts) : operator_failed(error);
}

/* --- copy --- */

static const struct usage copy_usage = {
        .command = "store copy",
        .arguments = "FILE",
        .summary = "Writes a copy of the database as it is at one moment into a new file, also "
                   "while servers\nwork. Copy the key file too, to another place.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int why_print(const struct buf *why)
{
        complain("%.*s", (int)why->size, (const char *)why->data);
        return EXIT_FAILED;
}

/* The file is there first, so that nobody else can ever read it. */
static int copy_write(struct operator_job *job, const char *path)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);

        if (file_create_secret(path, (struct secret){0}, &why) != ERR_OK)
                return why_print(&why);
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

static int copy_command(int argc, char **argv)
{
        OPERATOR_JOB(job);
        bool go_on;
        int status = operator_job_configure(&job, &copy_usage, argc, argv, NULL, &go_on);

        if (!go_on)
                return status;
        if (job.rest.n_arguments != 1) {
                complain("store copy: needs the name of a new file");
                return EXIT_USAGE;
        }
        status = operator_job_open(&job);
        return job.is_open ? copy_write(&job, job.rest.arguments[0]) : status;
}

/* --- recover --- */

struct recover_values {
        bool json;
};

static const struct option recover_options[] = {
        {"json", OPTION_FLAG, offsetof(struct recover_values, json), NULL, "print JSON", 0, 0},
};

static const struct usage recover_usage = {
        .command = "store recover",
        .summary =
                "Run it after an older copy of the database was put back, before serving. It "
                "ends all codes,\nrequests and sessions, and does again what revocations.log "
                "beside the database tells: whatever\nwas revoked, deleted, disabled, rotated or "
                "changed after the copy was made. The exit status is 1\nif that file is missing "
                "or damaged; the rest is done all the same.",
        .options = recover_options,
        .n_options = ARRAY_SIZE(recover_options),
        .takes_settings = true,
};

static int recover_command(int argc, char **argv)
{
        OPERATOR_JOB(job);
        struct recover_values values = {0};
        struct recovered done = {0};
        struct audit_entry audit;
        enum err error;
        int status = operator_job_begin(&job, &recover_usage, argc, argv, &values);

        if (!job.is_open)
                return status;
        audit = audit_entry_of(&job.op, "store_recover", NULL, NULL, NULL);
        error = store_recover(&job.op, &audit, &done);
        if (error != ERR_OK)
                return operator_failed(error);
        return recovered_print(&done, values.json);
}

static const struct subcommand subcommands[] = {
        {"check", "look for damage", check_command},
        {"copy", "write a back-up", copy_command},
        {"recover", "finish the restoration of a back-up", recover_command},
};

int store_command(int argc, char **argv)
{
        return subcommands_run("store", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
