/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and printing grants.
 */
#include "cli/grant_input.h"

#include "base/encode.h"
#include "base/limits.h"
#include "cli/output.h"
#include "cli/secret_input.h"

int grant_failed(enum ag_error error)
{
        complain("%s", ag_error_text(error));
        return EXIT_FAILED;
}

bool grant_read(struct job *job, ag_grant **ret)
{
        const struct values *values = job->values;
        enum ag_error error;
        struct secret text;
        struct slice bytes;

        if (secret_input(values->file, "access grant", &job->arena, &text) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        bytes = secret_reveal(text);
        error = ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_LENIENT, ret);
        return error == AG_OK || job_stop(job, grant_failed(error));
}

bool scope_option_read(struct job *job, struct scope *ret)
{
        struct texts list = job_arguments(job);
        enum err error = arena_check(&job->arena);

        if (error == ERR_OK)
                error = scope_parse_request(&job->arena, list, ret);
        if (error == ERR_OK)
                return true;
        complain("%s: %s", job->usage->command, error_info(error)->sentence);
        return job_stop(job, EXIT_USAGE);
}

bool root_key_read(struct job *job, struct crypto_key *ret_key)
{
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SALT);
        const struct values *values = job->values;
        struct secret passphrase;
        struct slice bytes;
        enum ag_error error;

        if (!values->salt || !base64_decode(slice_from_string(values->salt), &salt) ||
            salt.size == 0) {
                complain("%s: --salt needs the project's salt in base64", job->usage->command);
                return job_stop(job, EXIT_USAGE);
        }
        if (secret_input(values->passphrase_file, "passphrase", &job->arena, &passphrase) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        bytes = secret_reveal(passphrase);
        error = ag_root_key(ag_bytes_new(bytes.data, bytes.size),
                            ag_bytes_new(salt.data, salt.size), NULL, ret_key->bytes);
        return error == AG_OK || job_stop(job, grant_failed(error));
}

int grant_write(enum ag_error error, const ag_grant *grant)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        if (error == AG_OK)
                error = ag_grant_text(grant, &text);
        if (error != AG_OK)
                return grant_failed(error);
        print_line(text);
        return EXIT_DONE;
}
