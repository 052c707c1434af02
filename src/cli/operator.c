/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening the node for a command.
 */
#include "cli/operator.h"

#include <stdio.h>

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "os/log_sink.h"
#include "os/sandbox.h"
#include "store/open.h"

static const struct caller operator_caller = {
        .request_id = {(const uint8_t *)"command line", 12},
        .address = {(const uint8_t *)"local", 5},
};

int operator_job_configure(struct operator_job *job, const struct usage *usage, int argc,
                           char **argv, void *values, bool *ret_go_on)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        enum options_outcome outcome = options_read(usage, argc, argv, values, &job->rest);

        *ret_go_on = false;
        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        if (job->rest.n_arguments < job->n_arguments) {
                complain("%s: say which: \"grantd %s %s\"", usage->command, usage->command,
                         usage->arguments);
                return EXIT_USAGE;
        }
        if (config_load(&job->arena, job->rest.config_path, job->rest.settings,
                        job->rest.n_settings, &job->config, &problems) != ERR_OK) {
                (void)fwrite(problems.data, 1, problems.size, stderr);
                return EXIT_FAILED;
        }
        *ret_go_on = true;
        return EXIT_DONE;
}

/* A command of an operator is about a database that is there; a new one would only hide that the
 * wrong folder was named. */
static bool database_is_there(const struct config *config)
{
        struct store_location location;

        if (store_locate(slice_from_string(config->store_url), &location) != ERR_OK)
                return true; /* node_open() tells what is wrong with it */
        if (location.is_new)
                complain("there is no database %s; name the right one with --store.url or "
                         "--config, or let \"grantd serve\" make it",
                         location.path);
        return !location.is_new;
}

/* They hold accounts apart from each other; an operator stands above. */
static void quotas_lift(struct policy *policy)
{
        policy->account_requests = policy->client_requests = 0;
        policy->account_logins = policy->account_changes = 0;
}

int operator_job_open(struct operator_job *job)
{
        struct log_options log = {.level = EVENT_WARNING};

        sandbox_hide_memory();
        if (log_open(&log) != ERR_OK || (!job->may_make && !database_is_there(&job->config)) ||
            node_open(&job->node, &job->config) != ERR_OK)
                return EXIT_FAILED;
        quotas_lift(&job->node.policy);
        job->op = op_begin(&job->node.ports, &job->arena);
        job->op.caller = operator_caller;
        job->is_open = true;
        return EXIT_DONE;
}

int operator_job_begin(struct operator_job *job, const struct usage *usage, int argc, char **argv,
                       void *values)
{
        bool go_on;
        int status = operator_job_configure(job, usage, argc, argv, values, &go_on);

        return go_on ? operator_job_open(job) : status;
}

int operator_failed(enum err error)
{
        complain("%s", error_info(error)->sentence);
        return EXIT_FAILED;
}

void operator_job_end(struct operator_job *job)
{
        if (job->is_open)
                node_close(&job->node);
        log_close();
        options_rest_deinit(&job->rest);
        arena_deinit(&job->arena);
}
