/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd grant: inspecting and changing access grants, without a server.
 */
#include <accessgrant.h>
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_input.h"
#include "cli/grant_records.h"
#include "cli/grant_view.h"
#include "cli/network.h"
#include "cli/output.h"
#include "cli/subcommands.h"
#include "core/grants/mint.h"
#include "core/ids.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

enum { LIFETIME_MAXIMUM = INT32_MAX };

/* --- inspect --- */

static const struct option inspect_options[] = {
        GRANT_FILE_OPTION,
        FLAG_OPTION("json", json, "print JSON, with every caveat"),
};

static const struct usage inspect_usage = {
        .command = "grant inspect",
        .summary = "Shows what an access grant allows, where, until when, and what it can decrypt. "
                   "It\ndoes not check whether the grant was revoked.",
        OPTIONS(inspect_options),
};

static int inspect_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &inspect_usage, &values);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        if (!job_read_options(&job, argc, argv) || !grant_read(&job, &grant))
                return job.status;
        if (values.json)
                print_json(grant_view_json(grant));
        else
                grant_view_print(grant, stdout);
        return EXIT_DONE;
}

/* --- restrict --- */

static const struct option restrict_options[] = {
        GRANT_FILE_OPTION,
        DURATION_OPTION("expires-in", expires_in, "30d", "lifetime of the grant", 1,
                        LIFETIME_MAXIMUM),
};

static const struct usage restrict_usage = {
        .command = "grant restrict",
        .arguments = "SCOPE...",
        .summary =
                "Prints the grant narrowed to these scopes: read, write, list, delete, lock, "
                "bucket:NAME,\n\"bucket:NAME;prefix:PATH/\". Nothing can be added this way, only "
                "taken away.",
        OPTIONS(restrict_options),
        .n_arguments = LIMIT_SCOPES,
};

static int restrict_and_write(struct job *job, const ag_grant *grant, const struct scope *scope)
{
        const struct values *values = job->values;
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct instant now = clock.now(clock.context);
        struct uuid nonce = uuid_random(&entropy);
        struct mint_terms terms = {.scope = scope, .nonce = &nonce};
        enum ag_error error;

        if (scope_has_prefix(scope) && mint_has_clear_paths(grant)) {
                complain("grant restrict: %s", error_info(ERR_SCOPE_NULL_CIPHER)->sentence);
                return EXIT_FAILED;
        }
        if (values->expires_in)
                terms.ends_at = instant_add_seconds(now, values->expires_in);
        error = mint_narrow(&job->arena, grant, &terms, &narrow);
        return grant_write(error, narrow);
}

static int restrict_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &restrict_usage, &values);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct scope scope;

        if (!job_read_options(&job, argc, argv) || !scope_option_read(&job, &scope) ||
            !grant_read(&job, &grant))
                return job.status;
        return restrict_and_write(&job, grant, &scope);
}

/* --- set-key and remove-key --- */

static const struct option set_key_options[] = {
        GRANT_FILE_OPTION,
        TEXT_OPTION("salt", salt, "BASE64", "the project's salt"),
        TEXT_OPTION("passphrase-file", passphrase_file, "FILE",
                    "read the passphrase from a file; default: prompt for it"),
};

static const struct usage set_key_usage = {
        .command = "grant set-key",
        .summary =
                "Prints the grant with the encryption key of passphrase and salt. A grant limited "
                "to places\ngets only the keys of these places. If whole buckets are shared, the "
                "passphrase cannot be\nchecked: a wrong one gives a grant that opens nothing.",
        OPTIONS(set_key_options),
};

static int set_key_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &set_key_usage, &values);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL, *open CLEANUP(ag_grant_freep) = NULL;
        struct crypto_key key;
        enum ag_error error;

        if (!job_read_options(&job, argc, argv) || !grant_read(&job, &grant) ||
            !root_key_read(&job, &key))
                return job.status;
        error = ag_grant_set_key(grant, key.bytes, &open);
        wipe(&key, sizeof(key));
        return grant_write(error, open);
}

static const struct option remove_key_options[] = {GRANT_FILE_OPTION};

static const struct usage remove_key_usage = {
        .command = "grant remove-key",
        .summary = "Prints the grant without any encryption key: it authorises and decrypts "
                   "nothing.",
        OPTIONS(remove_key_options),
};

static int remove_key_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &remove_key_usage, &values);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL, *closed CLEANUP(ag_grant_freep) = NULL;
        enum ag_error error;

        if (!job_read_options(&job, argc, argv) || !grant_read(&job, &grant))
                return job.status;
        error = ag_grant_remove_key(grant, &closed);
        return grant_write(error, closed);
}

static const struct subcommand subcommands[] = {
        {"inspect", "show what a grant allows", inspect_command},
        {"restrict", "narrow a grant", restrict_command},
        {"mint", "create a grant from an API key", grant_mint_command},
        {"verify", "check whether a grant was made from a secret", grant_verify_command},
        {"check", "check whether a grant may do something now", grant_check_command},
        {"set-key", "add the encryption key of a passphrase to a grant", set_key_command},
        {"remove-key", "remove all encryption keys from a grant", remove_key_command},
        {"list", "list the grants of an account", grant_list_command},
        {"revoke", "revoke a grant", grant_revoke_command},
};

int grant_command(int argc, char **argv)
{
        return subcommands_run("grant", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
