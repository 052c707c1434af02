/* SPDX-License-Identifier: Apache-2.0
 *
 * A word at the terminal.
 */
#include "cli/confirm.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

/* A letter would be pressed too soon. */
static bool is_agreed(const char *what)
{
        char line[16];

        (void)fprintf(stderr, "%s\nType \"yes\" to go on: ", what);
        return fgets(line, sizeof(line), stdin) && strcmp(line, "yes\n") == 0;
}

bool confirm(struct job *job, bool is_yes, const char *what)
{
        const char *command = job->usage->command;

        if (is_yes)
                return true;
        if (!isatty(STDIN_FILENO)) {
                complain("%s: this cannot be undone, and there is no terminal to ask at; add --yes "
                         "if you mean it",
                         command);
                return job_stop(job, EXIT_USAGE);
        }
        if (is_agreed(what))
                return true;
        complain("%s: nothing was changed", command);
        return job_stop(job, EXIT_FAILED);
}
