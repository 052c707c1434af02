/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd demo: starts a server on this machine, and acts as all three parties until there is a real
 * access grant. grantd demo code: gets a fresh code from the running demonstration.
 */
#include <accessgrant.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/macros.h"
#include "base/uri.h"
#include "cli/client_import.h"
#include "cli/commands.h"
#include "cli/demo_play.h"
#include "cli/grant_view.h"
#include "cli/job.h"
#include "cli/output.h"
#include "config/address.h"
#include "core/people/account.h"
#include "node/demo_mark.h"
#include "node/server.h"
#include "os/log_sink.h"

struct values {
        const char *listen, *url;
        bool once, json;
};

static const struct option options[] = {
        TEXT_OPTION("listen", listen, "ADDRESS",
                    "where to serve, on this machine only; default 127.0.0.1:10100"),
        FLAG_OPTION("once", once, "exit after printing the grant"),
        FLAG_OPTION("json", json, "print one JSON object; the steps go to standard error"),
        TEXT_OPTION("url", url, "URL", "code: the running demo; default http://localhost:10100"),
};

static const struct usage usage = {
        .command = "demo",
        .arguments = "[code [SCOPE...]]",
        .summary = "Acts as developer, user and application on a server of its own, prints the "
                   "access grant\nthat the application gets, and keeps serving. Its data is in "
                   "demo.db and demo.key in this folder.\n\n\"demo code\" prints a fresh code from "
                   "the running demo, where codes are valid for 5 minutes.\nThe default scopes "
                   "are read, write and list.",
        OPTIONS(options),
        .n_arguments = 1 + LIMIT_SCOPES,
};

/* --- the server --- */

static int demo_config(const struct values *values, struct arena *arena, struct config *ret)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        struct buf listen CLEANUP(buf_deinit) = BUF_INIT(1024);
        const char *flags[] = {"store.url=sqlite:demo.db",
                               "keys.master=demo.key",
                               "code.lifetime=5m",
                               "projects.self_made=true",
                               "log.level=warning",
                               "limits.registrations_per_address=1000000",
                               NULL};

        if (!address_is_loopback(slice_from_string(values->listen))) {
                complain("demo: --listen needs a loopback address, such as "
                         "127.0.0.1:10100");
                return EXIT_USAGE;
        }
        buf_put_string(&listen, "http.listen=");
        buf_put_string(&listen, values->listen);
        flags[ARRAY_SIZE(flags) - 1] = arena_string(arena, buf_slice(&listen));
        if (config_of_flags(arena, flags, ARRAY_SIZE(flags), ret, &problems) == ERR_OK)
                return EXIT_DONE;
        (void)fwrite(problems.data, 1, problems.size, stderr);
        return EXIT_USAGE;
}

/* Imports the client into the developer's account, which was created over HTTP before. */
static enum err client_bring(struct node *node)
{
        struct slice redirect_uris[] = {SLICE(DEMO_REDIRECT_URI), SLICE(DEMO_LOCAL_URI),
                                        SLICE(DEMO_EXAMPLE_URI)};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct op op = op_begin(&node->ports, &arena);
        struct account developer;
        struct uuid client_id;
        struct client client;
        enum err error;

        op.caller = (struct caller){.request_id = SLICE("demo"), .address = SLICE("127.0.0.1")};
        TRY(store_account_find(&op, &SLICE(DEMO_DEVELOPER), &developer));
        if (!uuid_decode(SLICE(DEMO_CLIENT_ID), &client_id))
                return ERR_INTERNAL;
        op.account_id = developer.id;
        error = client_import(
                &op,
                &(struct client_form){
                        .name = SLICE("My App"),
                        .description = SLICE("The application of the demo"),
                        .redirect_uris = {.items = redirect_uris, .n = ARRAY_SIZE(redirect_uris)},
                        .client_id = &client_id,
                        .secret = secret_copy(&arena, SLICE(DEMO_CLIENT_SECRET)),
                },
                false, &client);
        return error == ERR_CONFLICT ? ERR_OK : error; /* left from an earlier demonstration */
}

/* --- the steps --- */

static enum err play(struct demo_play *demo, struct node *node, json_t **ret_answer)
{
        json_t *asked CLEANUP(json_decrefp) =
                json_pack("[s, s, s, s]", "read", "write", "list", "bucket:photos");
        json_t *approved CLEANUP(json_decrefp) =
                json_pack("[s, s, s]", "read", "list", "bucket:photos;prefix:2024/");
        struct secret developer, user, code;

        TRY(demo_log_in(demo, "The developer", DEMO_DEVELOPER, &developer));
        TRY(client_bring(node));
        TRY(demo_show_client(demo, developer));
        TRY(demo_log_in(demo, "The user", DEMO_USER, &user));
        TRY(demo_consent(demo, user, asked, approved, &code));
        TRY(demo_exchange(demo, code, ret_answer));
        return demo_show_grants(demo, user);
}

static void grant_show(FILE *file, const json_t *answer)
{
        const char *text = json_string_value(json_object_get(answer, "access_grant"));
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        (void)fprintf(file,
                      "\nThe access grant, a real one for Storj's tools and libraries:\n\n"
                      "%s\n\nWhat it says (grantd grant inspect):\n\n",
                      text);
        if (ag_grant_parse(ag_bytes_new(text, strlen(text)), AG_STRICT, &grant) == AG_OK)
                grant_view_print(grant, file);
}

static void answer_print(const char *base_url, json_t *answer)
{
        json_put(answer, "base_url", json_string(base_url));
        json_put(answer, "client_id", json_string(DEMO_CLIENT_ID));
        json_put(answer, "email", json_string(DEMO_USER));
        print_json(json_incref(answer));
}

/* The link leads back to our start page, with a code in the address. */
static void pages_announce(FILE *file, const char *base_url)
{
        struct uri uri = {0};

        (void)uri_parse(slice_from_string(base_url), &uri);
        (void)fprintf(file,
                      "\nThe pages, in a browser:\n\n"
                      "  %s/apps      what has access, and taking it back\n"
                      "  %s/console   the developer's applications\n\n"
                      "and the consent page for a user of the application:\n\n"
                      "  %s/oauth2/authorize?response_type=code&client_id=" DEMO_CLIENT_ID
                      "&redirect_uri=http%%3A%%2F%%2F127.0.0.1%s%.*s%%2F"
                      "&scope=read+list+delete+bucket%%3Aphotos\n\n"
                      "Log in as the user, %s, or as the developer, %s,\n"
                      "both with the password %s\n",
                      base_url, base_url, base_url, uri.at.port.size ? ":" : "",
                      (int)uri.at.port.size, (const char *)uri.at.port.data, DEMO_USER,
                      DEMO_DEVELOPER, DEMO_PASSWORD);
}

static void serving_announce(FILE *file, const char *base_url)
{
        (void)fprintf(file,
                      "\nServing on %s until Ctrl-C; codes are valid for 5 minutes here. In "
                      "another terminal:\n\n"
                      "  build/grantd demo code             a fresh code, to exchange by hand\n"
                      "  build/grantd client-secret --help  the JWT for it; see the README, \"By "
                      "hand\"\n",
                      base_url);
        pages_announce(file, base_url);
        (void)fflush(file);
}

static int play_and_show(const struct values *values, struct server *server)
{
        FILE *progress = values->json ? stderr : stdout;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        json_t *answer CLEANUP(json_decrefp) = NULL;
        struct demo_play demo = {
                .base_url = server->node.config->http_public_url,
                .progress = progress,
                .is_colored = isatty(fileno(progress)) && !getenv("NO_COLOR"),
                .arena = &arena,
                .client = http_client_new(),
        };
        enum err error = demo.client ? play(&demo, &server->node, &answer) : ERR_INTERNAL;

        http_client_free(demo.client);
        if (error != ERR_OK) {
                complain("the demo failed: %s", error_info(error)->sentence);
                return EXIT_FAILED;
        }
        grant_show(progress, answer);
        if (values->json)
                answer_print(demo.base_url, answer);
        if (!values->once)
                serving_announce(progress, demo.base_url);
        return output_flush("the demo ends") ? EXIT_DONE : EXIT_FAILED;
}

static int demo_run(const struct values *values)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct config config;
        struct server server;
        int status = demo_config(values, &arena, &config);

        if (status != EXIT_DONE)
                return status;
        if (server_prepare(&config) != ERR_OK || server_start(&server, &config) != ERR_OK)
                return EXIT_FAILED;
        status = demo_mark_put(&server.node) == ERR_OK ? play_and_show(values, &server)
                                                       : EXIT_FAILED;
        if (status == EXIT_DONE && !values->once)
                server_run(&server);
        server_stop(&server);
        log_close();
        return status;
}

/* --- demo code --- */

static json_t *scopes_of(char *const *arguments, size_t n)
{
        json_t *array;

        if (n == 0)
                return json_pack("[s, s, s]", "read", "write", "list");
        array = json_array();
        for (size_t i = 0; i < n; i++)
                json_append(array, json_string(arguments[i]));
        return array;
}

static enum err code_get(struct demo_play *demo, const json_t *scopes, struct secret *ret_code)
{
        struct secret user;

        if (!demo->client)
                return ERR_INTERNAL;
        TRY(demo_log_in(demo, "The user", DEMO_USER, &user));
        return demo_consent(demo, user, scopes, scopes, ret_code);
}

static int code_run(const struct values *values, char *const *arguments, size_t n)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        json_t *scopes CLEANUP(json_decrefp) = scopes_of(arguments, n);
        struct demo_play demo = {
                .base_url = values->url, .arena = &arena, .client = http_client_new()};
        struct secret code;
        enum err error = code_get(&demo, scopes, &code);
        struct slice text;

        http_client_free(demo.client);
        if (error != ERR_OK)
                return EXIT_FAILED;
        text = secret_reveal(code);
        print_slice(text);
        return EXIT_DONE;
}

int demo_command(int argc, char **argv)
{
        struct values values = {.listen = "127.0.0.1:10100", .url = "http://localhost:10100"};
        JOB(job, &usage, &values);

        if (!job_read_options(&job, argc, argv))
                return job.status;
        if (job.rest.n_arguments == 0)
                return demo_run(&values);
        if (slice_equal(job_argument(&job, 0), SLICE("code")))
                return code_run(&values, job.rest.arguments + 1, job.rest.n_arguments - 1);
        complain("demo: use \"grantd demo\" or \"grantd demo code\"");
        return EXIT_USAGE;
}
