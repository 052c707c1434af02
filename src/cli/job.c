/* SPDX-License-Identifier: Apache-2.0
 *
 * From argv to an open node, step by step.
 */
#include "cli/job.h"

#include <stdio.h>

#include "cli/output.h"
#include "core/model.h"
#include "os/log_sink.h"
#include "os/sandbox.h"

static const struct caller operator_caller = {
        .request_id = {(const uint8_t *)"command line", 12},
        .address = {(const uint8_t *)"local", 5},
};

bool job_stop(struct job *job, int status)
{
        job->status = status;
        return false;
}

/* --- options and configuration --- */

bool job_read_options(struct job *job, int argc, char **argv)
{
        const struct usage *usage = job->usage;
        enum options_outcome outcome = options_read(usage, argc, argv, job->values, &job->rest);

        if (outcome != OPTIONS_READ)
                return job_stop(job, options_exit(outcome));
        if (job->rest.n_arguments >= usage->n_needed)
                return true;
        complain("%s: say which: \"grantd %s %s\"", usage->command, usage->command,
                 usage->arguments);
        return job_stop(job, EXIT_USAGE);
}

bool job_load(struct job *job)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        if (config_load(&job->arena, &job->rest.sources, &job->config, &problems) == ERR_OK)
                return true;
        (void)fwrite(problems.data, 1, problems.size, stderr);
        return job_stop(job, EXIT_FAILED);
}

bool job_load_for(struct job *job, const char *url)
{
        struct config_sources *sources = &job->rest.sources;
        struct buf flag CLEANUP(buf_deinit) = BUF_INIT(2 * LIMIT_SETTING);

        buf_put_string(&flag, "store.url=");
        buf_put_string(&flag, url);
        sources->flags[sources->n_flags] = arena_string(&job->arena, buf_slice(&flag));
        if (flag.failed || !sources->flags[sources->n_flags])
                return job_stop(job, job_failed(ERR_FIELD_TOO_LONG));
        sources->n_flags++;
        return job_load(job);
}

bool job_configure(struct job *job, int argc, char **argv)
{
        return job_read_options(job, argc, argv) && job_load(job);
}

/* --- the node --- */

/* Quotas protect accounts from each other; operators are exempt. */
static void quotas_lift(struct policy *policy)
{
        policy->account_requests = policy->client_requests = 0;
        policy->account_logins = policy->account_changes = 0;
}

bool job_log(struct job *job)
{
        struct log_options log = {.level = EVENT_WARNING};

        sandbox_hide_memory();
        return log_open(&log) == ERR_OK || job_stop(job, EXIT_FAILED);
}

/* An operator's command needs an existing database; a new one would only hide a wrong path. */
bool job_open(struct job *job)
{
        if (!job_log(job) ||
            node_open(&job->node, &job->config, job->usage->creates_database) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        quotas_lift(&job->node.policy);
        job->op = op_begin(&job->node.ports, &job->arena);
        job->op.caller = operator_caller;
        return true;
}

bool job_open_satellites(struct job *job)
{
        if (node_open_satellites(&job->node) != ERR_OK)
                return job_stop(job, EXIT_FAILED);
        job->op = (struct op){.ports = &job->node.ports, .arena = &job->arena};
        return true;
}

bool job_begin(struct job *job, int argc, char **argv)
{
        return job_configure(job, argc, argv) && job_open(job);
}

void job_end(struct job *job)
{
        node_close(&job->node);
        log_close();
        options_rest_deinit(&job->rest);
        arena_deinit(&job->scratch);
        arena_deinit(&job->arena);
}

/* --- shared by commands --- */

struct slice job_argument(const struct job *job, size_t index)
{
        if (index >= job->rest.n_arguments)
                return (struct slice){0};
        return slice_from_string(job->rest.arguments[index]);
}

struct texts job_arguments(struct job *job)
{
        struct texts list = {.items =
                                     arena_array(&job->arena, job->rest.n_arguments, struct slice)};

        for (size_t i = 0; list.items && i < job->rest.n_arguments; i++)
                list.items[list.n++] = job_argument(job, i);
        return list;
}

int job_failed(enum err error)
{
        complain("%s", error_info(error)->sentence);
        return EXIT_FAILED;
}

int job_result(enum err error)
{
        return error == ERR_OK ? EXIT_DONE : job_failed(error);
}
