/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd config print, grantd config check.
 */
#include "config/config.h"

#include <stdio.h>

#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"

static const struct usage usage = {
        .command = "config",
        .arguments = "print|check",
        .summary =
                "print: shows all settings as a configuration file, with the source of each value; "
                "values that may\ncontain a password are hidden. check: only reports problems. "
                "Both "
                "report all problems at once.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int config_report(struct job *job, bool is_print)
{
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 18);
        struct config config;
        enum err err = config_load(&job->arena, &job->rest.sources, &config, &problems);

        if (is_print) {
                config_print(&config, &text);
                print("%.*s", (int)text.size, (const char *)text.data);
        }
        (void)fwrite(problems.size ? (const char *)problems.data : "", 1, problems.size, stderr);
        if (!err && !is_print)
                print_line("The configuration is fine.");
        return err ? EXIT_FAILED : EXIT_DONE;
}

int config_command(int argc, char **argv)
{
        JOB(job, &usage, NULL);
        struct slice what;

        if (!job_read_options(&job, argc, argv))
                return job.status;
        what = job_argument(&job, 0);
        if (slice_equal(what, SLICE("print")))
                return config_report(&job, true);
        if (slice_equal(what, SLICE("check")))
                return config_report(&job, false);
        complain("config: use \"grantd config print\" or \"grantd config check\"");
        return EXIT_USAGE;
}
