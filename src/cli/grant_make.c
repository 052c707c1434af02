/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd grant mint and verify: from an API key to a grant, and back to the secret it was made of.
 */
#include <stdio.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_job.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "core/grants/mint.h"
#include "core/ids.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

#define PLACE(member) offsetof(struct grant_values, member)

/* --- mint --- */

static const struct option mint_options[] = {
        {"satellite", OPTION_TEXT, PLACE(satellite), "ID@HOST:PORT", "where the key is good", 0, 0},
        {"file", OPTION_TEXT, PLACE(file), "FILE",
         "read the API key from a file; -: standard input, also the default", 0, 0},
        {"expires-in", OPTION_DURATION, PLACE(expires_in), "30d", "ends it after so long", 1,
         INT32_MAX},
        {"salt", OPTION_TEXT, PLACE(salt), "BASE64",
         "the project's salt; then a passphrase is asked for, and the grant decrypts", 0, 0},
        {"passphrase-file", OPTION_TEXT, PLACE(passphrase_file), "FILE",
         "read the passphrase from a file", 0, 0},
        {"path-cipher", OPTION_TEXT, PLACE(path_cipher), "none",
         "of the project's paths: aesgcm, the default, or none", 0, 0},
};

static const struct usage mint_usage = {
        .command = "grant mint",
        .arguments = "SCOPE...",
        .summary = "Prints an access grant made of an API key and narrowed to these scopes: read, "
                   "write, list,\ndelete, lock, bucket:NAME, \"bucket:NAME;prefix:PATH/\". Without "
                   "--salt it authorises and\ndecrypts nothing; a prefix needs a salt. A wrong "
                   "passphrase cannot be noticed: the grant\nthen opens nothing.",
        .options = mint_options,
        .n_options = ARRAY_SIZE(mint_options),
        .n_arguments = LIMIT_SCOPES,
};

static int mint_wrong(const char *what)
{
        complain("grant mint: %s", what);
        return EXIT_USAGE;
}

/* What a project is for minting. */
static int mint_project(struct grant_job *job, struct project *ret)
{
        const struct grant_values *values = &job->values;
        struct slice cipher = slice_from_string(values->path_cipher ? values->path_cipher : "");
        struct project project = {.path_cipher = PATH_CIPHER_AESGCM};

        if (!values->satellite ||
            mint_check_satellite(slice_from_string(values->satellite)) != ERR_OK)
                return mint_wrong("--satellite needs an address of the form ID@HOST:PORT");
        if (slice_equal(cipher, SLICE("none")))
                project.path_cipher = PATH_CIPHER_NONE;
        else if (cipher.size && !slice_equal(cipher, SLICE("aesgcm")))
                return mint_wrong("--path-cipher is aesgcm or none");
        project.satellite_address = slice_from_string(values->satellite);
        *ret = project;
        return EXIT_DONE;
}

static int mint_read_key(struct grant_job *job, struct secret *ret_raw)
{
        struct api_key_facts facts;
        struct secret text;
        enum err error;

        if (secret_input(job->values.file, "API key", &job->arena, &text) != ERR_OK)
                return EXIT_FAILED;
        error = mint_inspect_api_key(&job->arena, secret_reveal(text), ret_raw, &facts);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("%s", error_info(error)->sentence);
        return EXIT_FAILED;
}

static int mint_and_print(struct grant_job *job, const struct project *project,
                          const struct scope *scope, const struct crypto_key *root)
{
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct uuid nonce = uuid_random(&entropy);
        struct mint_key key = {.root = root};
        struct instant end = {0};
        struct secret api_key;
        struct minted minted;
        int status = mint_read_key(job, &api_key);
        enum err error;

        if (status != EXIT_DONE)
                return status;
        if (job->values.expires_in)
                end = instant_add_seconds(clock.now(clock.context), job->values.expires_in);
        error = mint_grant(&job->arena, project, api_key, scope, &key, end, &nonce, &minted);
        if (error != ERR_OK) {
                complain("%s", error_info(error)->sentence);
                return EXIT_FAILED;
        }
        print("%.*s\n", (int)secret_reveal(minted.grant).size,
              (const char *)secret_reveal(minted.grant).data);
        return EXIT_DONE;
}

int grant_mint_command(int argc, char **argv)
{
        GRANT_JOB(job);
        struct crypto_key root = {0};
        struct project project;
        struct scope scope;
        bool is_over;
        int status = grant_job_options(&job, &mint_usage, argc, argv, &is_over);

        if (is_over)
                return status;
        status = mint_project(&job, &project);
        if (status == EXIT_DONE)
                status = grant_job_scope(&job, "grant mint", &scope);
        if (status == EXIT_DONE && !job.values.salt && scope_has_prefix(&scope))
                status = mint_wrong("a prefix needs --salt and the passphrase");
        if (status == EXIT_DONE && project.path_cipher == PATH_CIPHER_NONE &&
            scope_has_prefix(&scope))
                status = mint_wrong(error_info(ERR_SCOPE_NULL_CIPHER)->sentence);
        if (status == EXIT_DONE && job.values.salt)
                status = grant_job_root_key(&job, "grant mint", &root);
        if (status == EXIT_DONE)
                status = mint_and_print(&job, &project, &scope, job.values.salt ? &root : NULL);
        wipe(&root, sizeof(root));
        return status;
}

/* --- verify --- */

static const struct option verify_options[] = {
        GRANT_FILE_OPTION,
        {"secret-file", OPTION_TEXT, PLACE(secret_file), "FILE",
         "the secret in hex, as \"project satellite-row --json\" gives it", 0, 0},
        {"json", OPTION_FLAG, PLACE(json), NULL, "print JSON", 0, 0},
};

static const struct usage verify_usage = {
        .command = "grant verify",
        .summary = "Tells whether a grant was made of a project's secret, and nobody has changed "
                   "it since. Nobody\nis asked whether it was taken back: see \"grant check\". The "
                   "exit status is 1 if it was not.",
        .options = verify_options,
        .n_options = ARRAY_SIZE(verify_options),
};

static int verify_secret(struct grant_job *job, struct buf *secret)
{
        struct secret text;

        if (!job->values.secret_file) {
                complain("grant verify: --secret-file is needed");
                return EXIT_USAGE;
        }
        if (secret_input(job->values.secret_file, "secret", &job->arena, &text) != ERR_OK)
                return EXIT_FAILED;
        if (hex_decode(secret_reveal(text), secret) && secret->size)
                return EXIT_DONE;
        complain("grant verify: the secret is not in hex");
        return EXIT_FAILED;
}

static void verdict_print(const struct grant_job *job, bool is_genuine)
{
        size_t n = ag_api_key_n_caveats(ag_grant_api_key(job->grant));

        if (job->values.json)
                print_json(json_pack("{s:b,s:I}", "genuine", is_genuine, "caveats", (json_int_t)n));
        else if (is_genuine)
                print("genuine: made of this secret, and narrowed %zu times since\n", n);
        else
                print_line("not genuine: made of another secret, or changed");
}

int grant_verify_command(int argc, char **argv)
{
        GRANT_JOB(job);
        struct buf secret CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SECRET_INPUT);
        int status = grant_job_begin(&job, &verify_usage, argc, argv);
        enum ag_error error;

        if (!job.grant)
                return status;
        status = verify_secret(&job, &secret);
        if (status != EXIT_DONE)
                return status;
        error = ag_api_key_verify(ag_grant_api_key(job.grant),
                                  ag_bytes_new(secret.data, secret.size), NULL);
        if (error != AG_OK && error != AG_ERR_SIGNATURE)
                return grant_job_failed(error);
        verdict_print(&job, error == AG_OK);
        return error == AG_OK ? EXIT_DONE : EXIT_FAILED;
}
