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
#include "cli/grant_view.h"
#include "cli/network.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/subcommands.h"
#include "oauth/ids.h"
#include "oauth/mint.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

enum { LIFETIME_MAXIMUM = INT32_MAX };

struct values {
        const char *file, *salt, *passphrase_file;
        int64_t expires_in;
        bool json;
};

#define PLACE(member) offsetof(struct values, member)
#define FILE_OPTION                                                                                \
        {                                                                                          \
                "file", OPTION_TEXT, PLACE(file), "FILE",                                          \
                        "read the grant from a file; -: standard input, also the default", 0, 0    \
        }

/* What each subcommand begins with: its options, and the grant. */
struct job {
        struct arena arena;
        struct options_rest rest;
        struct values values;
        ag_grant *grant;
};

#define JOB(name) struct job name CLEANUP(job_end) = {.arena = ARENA_INIT(1 << 20)}

static void job_end(struct job *job)
{
        ag_grant_free(job->grant);
        options_rest_deinit(&job->rest);
        arena_deinit(&job->arena);
}

static int failed(enum ag_error error)
{
        complain("%s", ag_error_text(error));
        return EXIT_FAILED;
}

/* Reads the options. Return: EXIT_DONE to go on, unless `ret_is_over`. */
static int job_options(struct job *job, const struct usage *usage, int argc, char **argv,
                       bool *ret_is_over)
{
        enum options_outcome outcome = options_read(usage, argc, argv, &job->values, &job->rest);

        *ret_is_over = outcome != OPTIONS_READ;
        return *ret_is_over ? options_exit(outcome) : EXIT_DONE;
}

/* Reads what somebody was handed, as forgiving as Storj's own tools. */
static int job_grant(struct job *job)
{
        enum ag_error error;
        struct secret text;
        struct slice bytes;

        if (secret_input(job->values.file, "access grant", &job->arena, &text) != ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(text);
        error = ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_LENIENT, &job->grant);
        return error == AG_OK ? EXIT_DONE : failed(error);
}

/* Both. Return: EXIT_DONE with a grant: go on; anything else: it is over. */
static int job_begin(struct job *job, const struct usage *usage, int argc, char **argv)
{
        bool is_over;
        int status = job_options(job, usage, argc, argv, &is_over);

        return is_over ? status : job_grant(job);
}

/* Prints what a change has made. */
static int result_write(enum ag_error error, const ag_grant *grant)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        if (error == AG_OK)
                error = ag_grant_text(grant, &text);
        if (error != AG_OK)
                return failed(error);
        (void)puts(text);
        return EXIT_DONE;
}

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
        JOB(job);
        int status = job_begin(&job, &inspect_usage, argc, argv);

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

static int scope_read(struct job *job, struct scope *ret)
{
        struct texts list = {.items = arena_array(&job->arena, job->rest.n_arguments, struct slice),
                             .n = job->rest.n_arguments};
        enum err error;

        for (size_t i = 0; i < list.n; i++)
                list.items[i] = slice_from_string(job->rest.arguments[i]);
        error = scope_parse_request(&job->arena, list, ret);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("grant restrict: %s", error_info(error)->sentence);
        return EXIT_USAGE;
}

static int restrict_and_write(struct job *job, const struct scope *scope)
{
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct instant now = clock.now(clock.context), end = {0};
        struct uuid nonce = uuid_random(&entropy);
        enum ag_error error;

        if (job->values.expires_in)
                end = instant_add_seconds(now, job->values.expires_in);
        error = mint_narrow(&job->arena, job->grant, scope, end, &nonce, &narrow);
        return result_write(error, narrow);
}

static int restrict_command(int argc, char **argv)
{
        JOB(job);
        struct scope scope;
        bool is_over;
        int status = job_options(&job, &restrict_usage, argc, argv, &is_over);

        if (is_over)
                return status;
        status = scope_read(&job, &scope);
        if (status == EXIT_DONE)
                status = job_grant(&job);
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

static int root_key_make(struct job *job, struct crypto_key *ret_key)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SALT);
        const char *text = job->values.salt;
        struct secret passphrase;
        struct slice bytes;
        enum ag_error error;

        if (!text || !base64_decode(slice_from_string(text), &salt) || salt.size == 0) {
                complain("grant set-key: --salt needs the project's salt in base64");
                return EXIT_USAGE;
        }
        if (secret_input(job->values.passphrase_file, "passphrase", &job->arena, &passphrase) !=
            ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(passphrase);
        error = ag_root_key(ag_bytes_new(bytes.data, bytes.size),
                            ag_bytes_new(salt.data, salt.size), NULL, ret_key->bytes);
        return error == AG_OK ? EXIT_DONE : failed(error);
}

static int set_key_command(int argc, char **argv)
{
        JOB(job);
        ag_grant *open CLEANUP(ag_grant_freep) = NULL;
        struct crypto_key key;
        enum ag_error error;
        int status = job_begin(&job, &set_key_usage, argc, argv);

        if (!job.grant)
                return status;
        status = root_key_make(&job, &key);
        if (status != EXIT_DONE)
                return status;
        error = ag_grant_set_key(job.grant, key.bytes, &open);
        wipe(&key, sizeof(key));
        return result_write(error, open);
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
        JOB(job);
        ag_grant *closed CLEANUP(ag_grant_freep) = NULL;
        int status = job_begin(&job, &take_key_usage, argc, argv);
        enum ag_error error;

        if (!job.grant)
                return status;
        error = ag_grant_take_key(job.grant, &closed);
        return result_write(error, closed);
}

static const struct subcommand subcommands[] = {
        {"inspect", "show what a grant allows", inspect_command},
        {"restrict", "narrow a grant", restrict_command},
        {"set-key", "put the encryption key of a passphrase into a grant", set_key_command},
        {"take-key", "take all encryption keys out of a grant", take_key_command},
        {"check", "ask a satellite whether a grant is good", grant_check_command},
        {"revoke", "take a grant back at its satellite", grant_revoke_command},
};

int grant_command(int argc, char **argv)
{
        return subcommands_run("grant", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
