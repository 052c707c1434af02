/* SPDX-License-Identifier: Apache-2.0
 *
 * On standard error, since standard output has the result.
 */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_say(const char *what)
{
        if (isatty(STDERR_FILENO))
                (void)fprintf(stderr, "%s\n", what);
}

void progress_of_secrets(void *context, const struct rekey_counts *counts)
{
        struct progress *progress = context;

        if (!isatty(STDERR_FILENO))
                return;
        (void)fprintf(stderr, "\r%12lld %s", (long long)(counts->n + counts->n_lost),
                      progress->what);
        progress->is_shown = true;
}

void progress_end(struct progress *progress)
{
        if (progress->is_shown)
                (void)fputc('\n', stderr);
        progress->is_shown = false;
}
