/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd serve.
 */
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "node/server.h"
#include "os/log_sink.h"

static const struct usage usage = {
        .command = "serve",
        .summary =
                "Serves the JSON API until SIGTERM or Ctrl-C. Without any setting it keeps its "
                "data in\ngrantd.db in this folder, creates the key master.key next to it at the "
                "first start, and\nserves on http://localhost:10100.",
        .takes_settings = true,
};

/* In plain words, for people who start it for the first time; everything else is in the log. */
static void start_announce(const struct server *server)
{
        const struct node *node = &server->node;
        const struct config *config = node->config;

        print("grantd %s\n", GRANTD_VERSION);
        if (node->made_database)
                print("This is the first start here: the database %s was created.\n",
                      node->location.name);
        if (node->keys.was_made)
                print("%s %s was created%s. Keep a copy of it in a safe place, apart "
                      "from the database:\nwithout it, the secrets in the database are "
                      "lost; with it, anyone who has the database can read them.\n",
                      node->made_database ? "Its key" : "The key", config->keys_master,
                      node->made_database ? " too" : "");
        if (!*config->satellite_address)
                print("satellite.address is not set: grants of self-issued projects name "
                      "%.*s,\nwhere there is no satellite yet.\n",
                      (int)node->policy.satellite_address.size,
                      (const char *)node->policy.satellite_address.data);
        print("Serving on %s. Stop with Ctrl-C or SIGTERM.\n", config->http_public_url);
        if (!output_flush("the server runs anyway"))
                output_forget();
}

static int serve(const struct config *config)
{
        struct server server;

        if (server_prepare(config) != ERR_OK || server_start(&server, config) != ERR_OK)
                return EXIT_FAILED;
        start_announce(&server);
        server_run(&server);
        server_stop(&server);
        print_line("Stopped.");
        if (!output_flush("the server ran anyway"))
                output_forget();
        log_close();
        return EXIT_DONE;
}

int serve_command(int argc, char **argv)
{
        JOB(job, &usage, NULL);

        return job_configure(&job, argc, argv) ? serve(&job.config) : job.status;
}
