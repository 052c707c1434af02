/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd grant check: what a storage service would learn about a grant, from the database directly.
 */
#include <stdio.h>

#include "api/json.h"
#include "base/encode.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/grant_input.h"
#include "cli/job.h"
#include "cli/network.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "core/grants/check.h"

static const struct option check_options[] = {
        TEXT_OPTION("file", file, "FILE",
                    "read the grant or API key from a file; -: standard input, also the default"),
        TEXT_OPTION("op", op, "OPERATION",
                    "the operation: read, write, list, delete ...; default: read"),
        TEXT_OPTION("bucket", bucket, "NAME", "in which bucket"),
        TEXT_OPTION("encrypted-path", encrypted_path, "BASE64",
                    "on which path, as the satellite sees it"),
        FLAG_OPTION("satellite", ask_satellite,
                    "ask the grant's satellite instead; needs no database"),
        JSON_OPTION,
};

static const struct usage check_usage = {
        .command = "grant check",
        .summary =
                "Checks whether an access grant, or an API key, may do an operation now: whether "
                "it was\nissued here, what it allows, and whether it was revoked. The exit "
                "status is 1 if it may not.",
        OPTIONS(check_options),
        .takes_settings = true,
};

/* The text may be a grant or an API key; only one of the two parses. */
static void form_take(struct grant_check_form *form, struct secret text)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct slice bytes = secret_reveal(text);

        if (ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_LENIENT, &grant) == AG_OK)
                form->access_grant = text;
        else
                form->api_key = text;
}

static bool form_fill(struct job *job, const struct values *values, struct grant_check_form *ret)
{
        struct buf path CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        struct instant now = job->op.now;
        struct grant_check_form form = {
                .op = AG_OP_READ,
                .bucket = slice_from_string(values->bucket ? values->bucket : ""),
                .time = {.seconds = instant_seconds(now),
                         .nanos = (int32_t)(now.ms % 1000) * 1000000},
        };
        struct secret text;

        if (values->op && !check_op_decode(slice_from_string(values->op), &form.op)) {
                complain("grant check: there is no operation \"%s\"; read, write, list, delete and "
                         "the others are listed in docs/openapi.yaml",
                         values->op);
                return job_stop(job, EXIT_USAGE);
        }
        if (values->encrypted_path &&
            !base64_decode(slice_from_string(values->encrypted_path), &path)) {
                complain("grant check: --encrypted-path is not base64, or too long");
                return job_stop(job, EXIT_USAGE);
        }
        form.encrypted_path = arena_copy(&job->arena, buf_slice(&path));
        if (secret_input(values->file, "access grant", &job->arena, &text) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        form_take(&form, text);
        *ret = form;
        return true;
}

static void verdict_print(const struct grant_verdict *verdict)
{
        const char *reason = check_reason_text(verdict->reason);

        print("%s%s\n", reason ? "not good: " : "good", reason ? reason : "");
        if (!reason && !verdict->is_whole)
                print_line("(of an imported key only revocation and end are known)");
}

int grant_check_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &check_usage, &values);
        struct grant_check_form form;
        struct grant_verdict verdict;
        enum err error;

        if (!job_configure(&job, argc, argv))
                return job.status;
        if (values.ask_satellite)
                return network_check(&job, values.file);
        if (!job_open(&job) || !form_fill(&job, &values, &form))
                return job.status;
        error = grant_check(&job.op, &form, &verdict);
        if (error != ERR_OK)
                return job_failed(error);
        if (values.json)
                print_json(json_from_verdict(&verdict));
        else
                verdict_print(&verdict);
        return verdict.reason == CHECK_GOOD ? EXIT_DONE : EXIT_FAILED;
}
