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

static int failed(enum ag_error error)
{
        complain("%s", ag_error_text(error));
        return EXIT_FAILED;
}

/* Reads what somebody was handed, as forgiving as Storj's own tools. */
static int grant_read(const struct values *values, struct arena *arena, ag_grant **ret)
{
        enum ag_error error;
        struct secret text;
        struct slice bytes;

        if (secret_input(values->file, "access grant", arena, &text) != ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(text);
        error = ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_LENIENT, ret);
        return error == AG_OK ? EXIT_DONE : failed(error);
}

static int grant_write(const ag_grant *grant)
{
        char *text CLEANUP(ag_text_freep) = NULL;
        enum ag_error error = ag_grant_text(grant, &text);

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
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct options_rest rest CLEANUP(options_rest_deinit);
        struct values values = {0};
        enum options_outcome outcome = options_read(&inspect_usage, argc, argv, &values, &rest);
        int status;

        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        status = grant_read(&values, &arena, &grant);
        if (status != EXIT_DONE)
                return status;
        if (values.json)
                print_json(grant_view_json(grant));
        else
                grant_view_print(grant, stdout);
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

static int scope_read(struct arena *arena, const struct options_rest *rest, struct scope *ret)
{
        struct texts list = {.items = arena_array(arena, rest->n_arguments, struct slice),
                             .n = rest->n_arguments};
        enum err error;

        for (size_t i = 0; i < list.n; i++)
                list.items[i] = slice_from_string(rest->arguments[i]);
        error = scope_parse_request(arena, list, ret);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("grant restrict: %s", error_info(error)->sentence);
        return EXIT_USAGE;
}

static int restrict_and_write(const struct values *values, const ag_grant *grant,
                              struct arena *arena, const struct scope *scope)
{
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct instant now = clock.now(clock.context), end = {0};
        struct uuid nonce = uuid_random(&entropy);
        enum ag_error error;

        if (values->expires_in)
                end = instant_add_seconds(now, values->expires_in);
        error = mint_narrow(arena, grant, scope, end, &nonce, &narrow);
        return error == AG_OK ? grant_write(narrow) : failed(error);
}

static int restrict_command(int argc, char **argv)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct options_rest rest CLEANUP(options_rest_deinit);
        struct values values = {0};
        enum options_outcome outcome = options_read(&restrict_usage, argc, argv, &values, &rest);
        struct scope scope;
        int status;

        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        status = scope_read(&arena, &rest, &scope);
        if (status == EXIT_DONE)
                status = grant_read(&values, &arena, &grant);
        return status == EXIT_DONE ? restrict_and_write(&values, grant, &arena, &scope) : status;
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

static int root_key_make(const struct values *values, struct arena *arena,
                         struct crypto_key *ret_key)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SALT);
        struct secret passphrase;
        struct slice bytes;
        enum ag_error error;

        if (!values->salt || !base64_decode(slice_from_string(values->salt), &salt) ||
            salt.size == 0) {
                complain("grant set-key: --salt needs the project's salt in base64");
                return EXIT_USAGE;
        }
        if (secret_input(values->passphrase_file, "passphrase", arena, &passphrase) != ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(passphrase);
        error = ag_root_key(ag_bytes_new(bytes.data, bytes.size),
                            ag_bytes_new(salt.data, salt.size), NULL, ret_key->bytes);
        return error == AG_OK ? EXIT_DONE : failed(error);
}

static int set_key_and_write(const ag_grant *grant, struct crypto_key *key)
{
        ag_grant *open CLEANUP(ag_grant_freep) = NULL;
        enum ag_error error = ag_grant_set_key(grant, key->bytes, &open);

        wipe(key, sizeof(*key));
        return error == AG_OK ? grant_write(open) : failed(error);
}

static int set_key_command(int argc, char **argv)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct options_rest rest CLEANUP(options_rest_deinit);
        struct values values = {0};
        enum options_outcome outcome = options_read(&set_key_usage, argc, argv, &values, &rest);
        struct crypto_key key;
        int status;

        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        status = grant_read(&values, &arena, &grant);
        if (status == EXIT_DONE)
                status = root_key_make(&values, &arena, &key);
        return status == EXIT_DONE ? set_key_and_write(grant, &key) : status;
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
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *closed CLEANUP(ag_grant_freep) = NULL;
        struct options_rest rest CLEANUP(options_rest_deinit);
        struct values values = {0};
        enum options_outcome outcome = options_read(&take_key_usage, argc, argv, &values, &rest);
        enum ag_error error;
        int status;

        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        status = grant_read(&values, &arena, &grant);
        if (status != EXIT_DONE)
                return status;
        error = ag_grant_take_key(grant, &closed);
        return error == AG_OK ? grant_write(closed) : failed(error);
}

static const struct subcommand subcommands[] = {
        {"inspect", "show what a grant allows", inspect_command},
        {"restrict", "narrow a grant", restrict_command},
        {"set-key", "put the encryption key of a passphrase into a grant", set_key_command},
        {"take-key", "take all encryption keys out of a grant", take_key_command},
};

int grant_command(int argc, char **argv)
{
        return subcommands_run("grant", subcommands, ARRAY_SIZE(subcommands), argc, argv);
}
