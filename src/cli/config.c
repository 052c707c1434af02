/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd config print, grantd config check.
 */
#include "config/config.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"

static const struct usage usage = {
        .command = "config",
        .arguments = "print|check",
        .summary = "print: all settings as a configuration file, with where each value comes from; "
                   "what may\nhold a password is hidden. check: only tells what is wrong. Both "
                   "tell all problems at once.",
        .n_arguments = 1,
        .takes_settings = true,
};

static int config_report(const struct options_rest *rest, bool is_print)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf problems CLEANUP(buf_deinit) = BUF_INIT(1 << 16);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 18);
        struct config config;
        enum err err = config_load(&arena, rest->config_path, rest->settings, rest->n_settings,
                                   &config, &problems);

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
        struct options_rest rest CLEANUP(options_rest_deinit);
        enum options_outcome outcome = options_read(&usage, argc, argv, NULL, &rest);

        if (outcome != OPTIONS_READ)
                return options_exit(outcome);
        if (rest.n_arguments == 1 && strcmp(rest.arguments[0], "print") == 0)
                return config_report(&rest, true);
        if (rest.n_arguments == 1 && strcmp(rest.arguments[0], "check") == 0)
                return config_report(&rest, false);
        complain("config: say \"grantd config print\" or \"grantd config check\"");
        return EXIT_USAGE;
}
