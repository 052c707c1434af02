/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd grant: looking at access grants and changing them, without a server.
 */
#include <accessgrant.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_job.h"
#include "cli/grant_view.h"
#include "cli/network.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/subcommands.h"
#include "core/grants/mint.h"
#include "core/ids.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

enum { LIFETIME_MAXIMUM = INT32_MAX };

#define PLACE(member) offsetof(struct grant_values, member)
#define FILE_OPTION   GRANT_FILE_OPTION

/* --- inspect --- */

static const struct option inspect_options[] = {
        FILE_OPTION,
        {"json", OPTION_FLAG, PLACE(json), NULL, "print JSON, with every caveat", 0, 0},
};

static const struct usage inspect_usage = {
        .command = "grant inspect",
        .summary = "Shows what an access grant allows, where, until when, and what it can decrypt. "
                   "It is\nnot asked whether it was taken back.",
        .options = inspect_options,
        .n_options = ARRAY_SIZE(inspect_options),
};

static int inspect_command(int argc, char **argv)
{
        GRANT_JOB(job);
        int status = grant_job_begin(&job, &inspect_usage, argc, argv);

        if (!job.grant)
                return status;
        if (job.values.json)
                print_json(grant_view_json(job.grant));
        else
                grant_view_print(job.grant, stdout);
        return EXIT_DONE;
}

/* --- restrict --- */

static const struct option restrict_options[] = {
        FILE_OPTION,
        {"expires-in", OPTION_DURATION, PLACE(expires_in), "30d", "ends it after so long", 1,
         LIFETIME_MAXIMUM},
};

static const struct usage restrict_usage = {
        .command = "grant restrict",
        .arguments = "SCOPE...",
        .summary =
                "Prints the grant narrowed to these scopes: read, write, list, delete, lock, "
                "bucket:NAME,\n\"bucket:NAME;prefix:PATH/\". Nothing can be added this way, only "
                "taken away.",
        .options = restrict_options,
        .n_options = ARRAY_SIZE(restrict_options),
        .n_arguments = LIMIT_SCOPES,
};

static int restrict_and_write(struct grant_job *job, const struct scope *scope)
{
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct instant now = clock.now(clock.context), end = {0};
        struct uuid nonce = uuid_random(&entropy);
        enum ag_error error;

        if (scope_has_prefix(scope) && mint_has_clear_paths(job->grant)) {
                complain("grant restrict: %s", error_info(ERR_SCOPE_NULL_CIPHER)->sentence);
                return EXIT_FAILED;
        }
        if (job->values.expires_in)
                end = instant_add_seconds(now, job->values.expires_in);
        error = mint_narrow(&job->arena, job->grant, scope, end, &nonce, &narrow);
        return grant_job_write(error, narrow);
}

static int restrict_command(int argc, char **argv)
{
        GRANT_JOB(job);
        struct scope scope;
        bool is_over;
        int status = grant_job_options(&job, &restrict_usage, argc, argv, &is_over);

        if (is_over)
                return status;
        status = grant_job_scope(&job, "grant restrict", &scope);
        if (status == EXIT_DONE)
                status = grant_job_read(&job);
        return status == EXIT_DONE ? restrict_and_write(&job, &scope) : status;
}

/* --- set-key and take-key --- */

static const struct option set_key_options[] = {
        FILE_OPTION,
        {"salt", OPTION_TEXT, PLACE(salt), "BASE64", "the project's salt", 0, 0},
        {"passphrase-file", OPTION_TEXT, PLACE(passphrase_file), "FILE",
         "read the passphrase from a file; else it is asked for", 0, 0},
};

static const struct usage set_key_usage = {
        .command = "grant set-key",
        .summary = "Prints the grant with the encryption key of passphrase and salt in it. A grant "
                   "limited to\nplaces gets the keys of these places only. Where whole buckets are "
                   "shared, a wrong\npassphrase cannot be noticed: the grant then opens nothing.",
        .options = set_key_options,
        .n_options = ARRAY_SIZE(set_key_options),
};

static int set_key_command(int argc, char **argv)
{
        GRANT_JOB(job);
        ag_grant *open CLEANUP(ag_grant_freep) = NULL;
        struct crypto_key key;
        enum ag_error error;
        int status = grant_job_begin(&job, &set_key_usage, argc, argv);

        if (!job.grant)
                return status;
        status = grant_job_root_key(&job, "grant set-key", &key);
        if (status != EXIT_DONE)
                return status;
        error = ag_grant_set_key(job.grant, key.bytes, &open);
        wipe(&key, sizeof(key));
        return grant_job_write(error, open);
}

static const struct option take_key_options[] = {FILE_OPTION};

static const struct usage take_key_usage = {
        .command = "grant take-key",
        .summary = "Prints the grant without any encryption key: it authorises and decrypts "
                   "nothing.",
        .options = take_key_options,
        .n_options = ARRAY_SIZE(take_key_options),
};

static int take_key_command(int argc, char **argv)
{
        GRANT_JOB(job);
        ag_grant *closed CLEANUP(ag_grant_freep) = NULL;
        int status = grant_job_begin(&job, &take_key_usage, argc, argv);
        enum ag_error error;

        if (!job.grant)
                return status;
        error = ag_grant_take_key(job.grant, &closed);
        return grant_job_write(error, closed);
}

static const struct subcommand subcommands[] = {
        {"inspect", "show what a grant allows", inspect_command},
        {"restrict", "narrow a grant", restrict_command},
        {"mint", "make a grant of an API key", grant_mint_command},
        {"verify", "tell whether a grant was made of a secret", grant_verify_command},
        {"check", "tell whether a grant may do something now", grant_check_command},
        {"set-key", "put the encryption key of a passphrase into a grant", set_key_command},
        {"take-key", "take all encryption keys out of a grant", take_key_command},
        {"revoke", "take a grant back at its satellite", grant_revoke_command},
};

int grant_command(int argc, char **argv)
{
        return subcommands_run("grant", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
