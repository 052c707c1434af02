/* SPDX-License-Identifier: Apache-2.0
 *
 * Beginning and ending work on the store.
 */
#include "cli/store_job.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "oauth/account.h"
#include "os/log_sink.h"
#include "os/sandbox.h"
#include "store/open.h"

void store_job_end(struct store_job *job)
{
        if (job->node.config)
                node_close(&job->node);
        options_rest_deinit(&job->rest);
        arena_deinit(&job->scratch);
        arena_deinit(&job->arena);
        log_close();
}

static bool config_read(struct store_job *job)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        const struct options_rest *rest = &job->rest;

        if (config_load(&job->arena, rest->config_path, rest->settings, rest->n_settings,
                        &job->config, &problems) == ERR_OK)
                return true;
        (void)fwrite(problems.data, 1, problems.size, stderr);
        return false;
}

/* A command that only looks must not leave an empty database behind in a wrong folder. */
static bool database_is_there(const struct store_job *job)
{
        struct store_place place;

        if (job->may_create ||
            store_place_of(slice_from_string(job->config.store_url), &place) != ERR_OK ||
            !place.is_new)
                return true;
        complain("there is no database %s; name another with --store.url=sqlite:PATH, or start "
                 "\"grantd serve\" once",
                 place.path);
        return false;
}

static bool store_begin(struct store_job *job)
{
        struct log_options log = {.path = ""};

        if (!config_read(job) || !database_is_there(job))
                return false;
        sandbox_enter();
        (void)log_level_decode("warning", &log.level);
        if (log_open(&log) != ERR_OK || node_open(&job->node, &job->config) != ERR_OK)
                return false;
        job->ports = &job->node.ports;
        job->caller = (struct caller){.request_id = SLICE("command line")};
        return true;
}

bool store_job_begin(struct store_job *job, const struct usage *usage, int argc, char **argv,
                     void *values, int *ret_status)
{
        enum options_outcome outcome = options_read(usage, argc, argv, values, &job->rest);

        if (outcome != OPTIONS_READ) {
                *ret_status = options_exit(outcome);
                return false;
        }
        if (job->rest.n_arguments < job->n_arguments) {
                complain("%s: say which: \"grantd %s %s\"", usage->command, usage->command,
                         usage->arguments);
                *ret_status = EXIT_USAGE;
                return false;
        }
        *ret_status = EXIT_FAILED;
        return store_begin(job);
}

int store_job_failed(enum err error)
{
        complain("%s", error_info(error)->sentence);
        return EXIT_FAILED;
}

struct slice store_job_argument(const struct store_job *job, size_t index)
{
        if (index >= job->rest.n_arguments)
                return (struct slice){0};
        return slice_from_string(job->rest.arguments[index]);
}

enum err store_job_account(struct store_job *job, struct slice email, struct account *ret)
{
        struct store *store = job->ports->store;
        struct slice normal;
        enum err error = email_normalise(&job->arena, email, &normal);

        if (error == ERR_OK)
                error = store->verbs->account_find(store, &job->arena, normal, ret);
        if (error == ERR_NO_ROW || error == ERR_FIELD_MALFORMED)
                complain("there is no account with the e-mail address \"%.*s\"", (int)email.size,
                         (const char *)email.data);
        else if (error != ERR_OK)
                (void)store_job_failed(error);
        return error;
}

static enum err accounts_visit(struct store_job *job, account_visitor *each, void *context)
{
        struct arena page CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct store *store = job->ports->store;
        struct uuid after = {0};

        for (;;) {
                struct account *accounts;
                size_t n = 0;

                arena_reset(&page);
                TRY(store->verbs->account_list(store, &page, &after, &accounts, &n));
                for (size_t i = 0; i < n; i++) {
                        arena_reset(&job->scratch);
                        TRY(each(job, &accounts[i], context));
                }
                if (n == 0)
                        return ERR_OK;
                after = accounts[n - 1].id;
        }
}

enum err store_job_accounts(struct store_job *job, struct slice email, account_visitor *each,
                            void *context)
{
        struct account account;
        enum err error;

        if (email.data) {
                TRY(store_job_account(job, email, &account));
                error = each(job, &account, context);
        } else {
                error = accounts_visit(job, each, context);
        }
        if (error != ERR_OK)
                (void)store_job_failed(error);
        return error;
}

/* Bytes that do not continue a character. */
static size_t n_characters(struct slice text)
{
        size_t n = 0;

        for (size_t i = 0; i < text.size; i++)
                n += (text.data[i] & 0xc0) != 0x80;
        return n;
}

bool name_check(const char *option, const char *text, size_t maximum)
{
        struct slice name = slice_from_string(text ? text : "");

        if (slice_is_utf8(name) && slice_is_plain_text(name) && n_characters(name) <= maximum)
                return true;
        complain("--%s takes plain text of %zu characters at most", option, maximum);
        return false;
}
