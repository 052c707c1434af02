/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and printing grants.
 */
#include "cli/grant_job.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/secret_input.h"

void grant_job_end(struct grant_job *job)
{
        ag_grant_free(job->grant);
        options_rest_deinit(&job->rest);
        arena_deinit(&job->arena);
}

int grant_job_failed(enum ag_error error)
{
        complain("%s", ag_error_text(error));
        return EXIT_FAILED;
}

int grant_job_options(struct grant_job *job, const struct usage *usage, int argc, char **argv,
                      bool *ret_is_over)
{
        enum options_outcome outcome = options_read(usage, argc, argv, &job->values, &job->rest);

        *ret_is_over = outcome != OPTIONS_READ;
        return *ret_is_over ? options_exit(outcome) : EXIT_DONE;
}

int grant_job_read(struct grant_job *job)
{
        enum ag_error error;
        struct secret text;
        struct slice bytes;

        if (secret_input(job->values.file, "access grant", &job->arena, &text) != ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(text);
        error = ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_LENIENT, &job->grant);
        return error == AG_OK ? EXIT_DONE : grant_job_failed(error);
}

int grant_job_begin(struct grant_job *job, const struct usage *usage, int argc, char **argv)
{
        bool is_over;
        int status = grant_job_options(job, usage, argc, argv, &is_over);

        return is_over ? status : grant_job_read(job);
}

int grant_job_scope(struct grant_job *job, const char *command, struct scope *ret)
{
        struct texts list = {.items = arena_array(&job->arena, job->rest.n_arguments, struct slice),
                             .n = job->rest.n_arguments};
        enum err error = list.items ? ERR_OK : ERR_OUT_OF_MEMORY;

        for (size_t i = 0; list.items && i < list.n; i++)
                list.items[i] = slice_from_string(job->rest.arguments[i]);
        if (error == ERR_OK)
                error = scope_parse_request(&job->arena, list, ret);
        if (error == ERR_OK)
                return EXIT_DONE;
        complain("%s: %s", command, error_info(error)->sentence);
        return EXIT_USAGE;
}

int grant_job_root_key(struct grant_job *job, const char *command, struct crypto_key *ret_key)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SALT);
        const char *text = job->values.salt;
        struct secret passphrase;
        struct slice bytes;
        enum ag_error error;

        if (!text || !base64_decode(slice_from_string(text), &salt) || salt.size == 0) {
                complain("%s: --salt needs the project's salt in base64", command);
                return EXIT_USAGE;
        }
        if (secret_input(job->values.passphrase_file, "passphrase", &job->arena, &passphrase) !=
            ERR_OK)
                return EXIT_FAILED;
        bytes = secret_reveal(passphrase);
        error = ag_root_key(ag_bytes_new(bytes.data, bytes.size),
                            ag_bytes_new(salt.data, salt.size), NULL, ret_key->bytes);
        return error == AG_OK ? EXIT_DONE : grant_job_failed(error);
}

int grant_job_write(enum ag_error error, const ag_grant *grant)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        if (error == AG_OK)
                error = ag_grant_text(grant, &text);
        if (error != AG_OK)
                return grant_job_failed(error);
        print_line(text);
        return EXIT_DONE;
}
