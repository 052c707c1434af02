/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd keys rotate: adds a new master key, and seals everything with it. grantd keys create:
 * prints a new key, for places that grantd cannot write to.
 *
 * The key comes first, on disk before anything is sealed with it. Servers reread the file when they
 * find a value with an unknown key. An interrupted rotation is continued, not restarted: the known
 * value, which comes last, is then still sealed with an older key.
 */
#include <stdio.h>

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/subcommands.h"
#include "core/identity/signing_keys.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rekey.h"
#include "node/signing.h"
#include "os/entropy.h"
#include "os/key_file.h"
#include "os/sandbox.h"

static const struct usage rotate_usage = {
        .command = "keys rotate",
        .summary = "Creates a new master key and seals all secrets of the database with it, while "
                   "servers run.\nRun it again if it was interrupted. The older keys stay in the "
                   "file: a copy of the database\nneeds the key file of its time or a later one.",
        .takes_settings = true,
};

static int counts_fail(const struct rekey_counts *counts)
{
        complain("no key in the file opens %lld sealed values, which were left unchanged; "
                 "restore the key file they were sealed with",
                 (long long)counts->n_lost);
        return EXIT_FAILED;
}

static enum err all_rekey(struct job *job, struct rekey_counts *ret)
{
        struct progress progress = {.what = "secrets sealed"};
        const struct rekey_watch watch = {progress_of_secrets, &progress};
        enum err error = rekey_all(&job->op, &watch, ret);

        progress_end(&progress);
        return error;
}

/* Makes room in the file: nothing may be sealed with the keys that are dropped from it. */
static int key_add(struct job *job)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct rekey_counts counts = {0};
        enum err error;

        if (!key_source_is_ours(&job->node.keys.source, false, &why)) {
                complain_why(&why);
                return EXIT_FAILED;
        }
        error = all_rekey(job, &counts);
        if (error != ERR_OK)
                return job_failed(error);
        if (counts.n_lost)
                return counts_fail(&counts);
        error = key_file_rotate(job->config.keys_master, &job->node.ports.entropy, SEAL_KEYS - 1,
                                &why);
        if (error != ERR_OK) {
                complain_why(&why);
                return EXIT_FAILED;
        }
        return node_keys_reload(&job->node.keys) ? EXIT_DONE : job_failed(ERR_INTERNAL);
}

static int rotate(struct job *job)
{
        struct rekey_counts counts = {0};
        enum err error = all_rekey(job, &counts);

        if (error != ERR_OK)
                return job_failed(error);
        if (counts.n_lost)
                return counts_fail(&counts);
        audit_note(&job->op, audit_entry_of(&job->op, "keys_rotate", NULL, NULL, NULL), ERR_OK);
        print("%lld secrets are sealed with the new key. Keep a copy of %s apart from the "
              "database.\n",
              (long long)counts.n, key_source_name(&job->node.keys.source));
        return EXIT_DONE;
}

static int rotate_command(int argc, char **argv)
{
        JOB(job, &rotate_usage, NULL);
        bool is_finished = false;
        int status = EXIT_DONE;
        enum err error;

        if (!job_begin(&job, argc, argv))
                return job.status;
        error = rekey_is_finished(&job.op, &is_finished);
        if (error != ERR_OK)
                return job_failed(error);
        if (!is_finished)
                print_line("Continuing a rotation that was interrupted.");
        else
                status = key_add(&job);
        return status == EXIT_DONE ? rotate(&job) : status;
}

static const struct usage create_usage = {
        .command = "keys create",
        .summary = "Prints a key file with a new master key, for a systemd credential or a secret "
                   "store.\ngrantd's own key file needs no such key: \"serve\" creates it, "
                   "\"keys rotate\" changes it.",
};

/* If printing fails nothing is lost: nothing is sealed with the key yet. */
static int create_command(int argc, char **argv)
{
        JOB(job, &create_usage, NULL);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1024);
        struct entropy_port entropy = os_entropy();

        if (!job_read_options(&job, argc, argv))
                return job.status;
        sandbox_hide_memory();
        (void)setvbuf(stdout, NULL, _IONBF, 0); /* no copy stays in its buffer */
        key_text_put(&text, &entropy);
        (void)fwrite(text.data, 1, text.size, stdout);
        return output_flush("no key was created") ? EXIT_DONE : EXIT_FAILED;
}

/* --- rotate-signing --- */

struct values {
        bool now;
};

static const struct option signing_options[] = {
        FLAG_OPTION("now", now,
                    "sign with the new keys at once; what the old ones signed is good no longer"),
};

static const struct usage signing_usage = {
        .command = "keys rotate-signing",
        .summary = "Creates new keys to sign ID tokens with, while servers run. They are published "
                   "for an hour\nbefore they sign, and the old ones until the last token of them "
                   "has ended.",
        OPTIONS(signing_options),
        .takes_settings = true,
};

static int signing_rotate(struct job *job, bool at_once)
{
        struct new_signing_keys made;
        enum err error = signing_make(&job->arena, &made);

        if (error == ERR_OK)
                error = signing_keys_rotate(&job->op, &made, at_once);
        if (error == ERR_CONFLICT) {
                complain("keys rotate-signing: the newest keys do not sign yet; try again in an "
                         "hour, or use --now");
                return EXIT_FAILED;
        }
        if (error != ERR_OK)
                return job_failed(error);
        audit_note(&job->op, audit_entry_of(&job->op, "signing_keys_rotate", NULL, NULL, NULL),
                   ERR_OK);
        print_line(at_once ? "The new keys sign from now on." : "The new keys sign in an hour.");
        return EXIT_DONE;
}

static int signing_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &signing_usage, &values);

        if (!job_begin(&job, argc, argv))
                return job.status;
        return signing_rotate(&job, values.now);
}

static const struct subcommand subcommands[] = {
        {"create", "print a new key", create_command},
        {"rotate", "seal everything with a new key", rotate_command},
        {"rotate-signing", "sign ID tokens with new keys", signing_command},
};

int keys_command(int argc, char **argv)
{
        return subcommands_run("keys", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
