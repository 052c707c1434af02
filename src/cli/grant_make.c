/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd grant mint and verify: minting a grant from an API key, and verifying it against the
 * secret.
 */
#include <stdio.h>

#include "base/encode.h"
#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_input.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "core/grants/mint.h"
#include "core/ids.h"
#include "os/entropy.h"
#include "os/wall_clock.h"

/* --- mint --- */

static const struct option mint_options[] = {
        TEXT_OPTION("satellite", satellite, "ID@HOST:PORT", "the key's satellite"),
        TEXT_OPTION("file", file, "FILE",
                    "read the API key from a file; -: standard input, also the default"),
        DURATION_OPTION("expires-in", expires_in, "30d", "lifetime of the grant", 1, INT32_MAX),
        TEXT_OPTION("salt", salt, "BASE64",
                    "the project's salt; prompts for a passphrase, so that the grant decrypts"),
        TEXT_OPTION("passphrase-file", passphrase_file, "FILE", "read the passphrase from a file"),
        TEXT_OPTION("path-cipher", path_cipher, "none",
                    "of the project's paths: aesgcm, the default, or none"),
};

static const struct usage mint_usage = {
        .command = "grant mint",
        .arguments = "SCOPE...",
        .summary =
                "Mints an access grant from an API key, narrowed to these scopes: read, write, "
                "list, delete,\nlock, bucket:NAME, \"bucket:NAME;prefix:PATH/\". Without --salt "
                "it authorises but decrypts\nnothing; a prefix needs a salt. The passphrase cannot "
                "be checked: a wrong one gives a grant\nthat opens nothing.",
        OPTIONS(mint_options),
        .n_arguments = LIMIT_SCOPES,
};

static bool mint_wrong(struct job *job, const char *what)
{
        complain("grant mint: %s", what);
        return job_stop(job, EXIT_USAGE);
}

/* The project that minting needs. */
static bool mint_project(struct job *job, struct project *ret)
{
        const struct values *values = job->values;
        struct slice cipher = slice_from_string(values->path_cipher ? values->path_cipher : "");
        struct project project = {.path_cipher = PATH_CIPHER_AESGCM};

        if (!values->satellite ||
            mint_check_satellite(slice_from_string(values->satellite)) != ERR_OK)
                return mint_wrong(job, "--satellite needs an address of the form ID@HOST:PORT");
        if (slice_equal(cipher, SLICE("none")))
                project.path_cipher = PATH_CIPHER_NONE;
        else if (cipher.size && !slice_equal(cipher, SLICE("aesgcm")))
                return mint_wrong(job, "--path-cipher is aesgcm or none");
        project.satellite_address = slice_from_string(values->satellite);
        *ret = project;
        return true;
}

/* A prefix is encrypted with the key of the project's passphrase. */
static bool mint_prefix_check(struct job *job, const struct project *project,
                              const struct scope *scope)
{
        const struct values *values = job->values;

        if (!scope_has_prefix(scope))
                return true;
        if (!values->salt)
                return mint_wrong(job, "a prefix needs --salt and the passphrase");
        return project->path_cipher != PATH_CIPHER_NONE ||
               mint_wrong(job, error_info(ERR_SCOPE_NULL_CIPHER)->sentence);
}

static bool mint_read_key(struct job *job, struct secret *ret_raw)
{
        const struct values *values = job->values;
        struct api_key_facts facts;
        struct secret text;
        enum err error;

        if (secret_input(values->file, "API key", &job->arena, &text) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        error = mint_inspect_api_key(&job->arena, secret_reveal(text), ret_raw, &facts);
        return error == ERR_OK || job_stop(job, job_failed(error));
}

static int mint_and_print(struct job *job, const struct project *project, const struct scope *scope,
                          const struct crypto_key *root)
{
        const struct values *values = job->values;
        struct entropy_port entropy = os_entropy();
        struct clock_port clock = os_clock();
        struct uuid nonce = uuid_random(&entropy);
        struct mint_source source = {.project = project, .key = {.root = root}};
        struct mint_terms terms = {.scope = scope, .nonce = &nonce};
        struct minted minted;
        enum err error;

        if (!mint_read_key(job, &source.api_key))
                return job->status;
        if (values->expires_in)
                terms.ends_at = instant_add_seconds(clock.now(clock.context), values->expires_in);
        error = mint_grant(&job->arena, &source, &terms, &minted);
        if (error != ERR_OK)
                return job_failed(error);
        print_slice(secret_reveal(minted.grant));
        return EXIT_DONE;
}

int grant_mint_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &mint_usage, &values);
        struct crypto_key root = {0};
        struct project project = {0};
        struct scope scope;
        int status;

        if (!job_read_options(&job, argc, argv) || !mint_project(&job, &project) ||
            !scope_option_read(&job, &scope) || !mint_prefix_check(&job, &project, &scope) ||
            (values.salt && !root_key_read(&job, &root)))
                return job.status;
        status = mint_and_print(&job, &project, &scope, values.salt ? &root : NULL);
        wipe(&root, sizeof(root));
        return status;
}

/* --- verify --- */

static const struct option verify_options[] = {
        GRANT_FILE_OPTION,
        TEXT_OPTION("secret-file", secret_file, "FILE",
                    "the secret in hex, as \"project satellite-row --json\" prints it"),
        JSON_OPTION,
};

static const struct usage verify_usage = {
        .command = "grant verify",
        .summary = "Verifies that a grant was made from a project's secret and was not altered. "
                   "It does not check\nwhether it was revoked: see \"grant check\". The exit "
                   "status is 1 if it is not genuine.",
        OPTIONS(verify_options),
};

static bool verify_secret(struct job *job, struct buf *secret)
{
        const struct values *values = job->values;
        struct secret text;

        if (!values->secret_file) {
                complain("grant verify: --secret-file is needed");
                return job_stop(job, EXIT_USAGE);
        }
        if (secret_input(values->secret_file, "secret", &job->arena, &text) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        if (hex_decode(secret_reveal(text), secret) && secret->size)
                return true;
        complain("grant verify: the secret is not in hex");
        return job_stop(job, EXIT_FAILED);
}

static void verdict_print(const ag_grant *grant, bool is_genuine, bool as_json)
{
        size_t n = ag_api_key_n_caveats(ag_grant_api_key(grant));

        if (as_json)
                print_json(json_pack("{s:b,s:I}", "genuine", is_genuine, "caveats", (json_int_t)n));
        else if (is_genuine)
                print("genuine: made from this secret, then narrowed %zu times\n", n);
        else
                print_line("not genuine: made from another secret, or altered");
}

int grant_verify_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &verify_usage, &values);
        struct buf secret CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SECRET_INPUT);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        enum ag_error error;

        if (!job_read_options(&job, argc, argv) || !grant_read(&job, &grant) ||
            !verify_secret(&job, &secret))
                return job.status;
        error = ag_api_key_verify(ag_grant_api_key(grant), ag_bytes_new(secret.data, secret.size),
                                  NULL);
        if (error != AG_OK && error != AG_ERR_SIGNATURE)
                return grant_failed(error);
        verdict_print(grant, error == AG_OK, values.json);
        return error == AG_OK ? EXIT_DONE : EXIT_FAILED;
}
