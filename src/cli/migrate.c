/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd migrate: the first step of serve, by itself.
 */
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"

static const struct usage usage = {
        .command = "migrate",
        .summary = "Updates the database to the schema of this version, or creates a new one with "
                   "its key.\nserve does the same when it starts.",
        .takes_settings = true,
        .creates_database = true,
};

int migrate_command(int argc, char **argv)
{
        JOB(job, &usage, NULL);

        if (!job_begin(&job, argc, argv))
                return job.status;
        if (job.node.keys.was_made)
                print("The key %s was created; keep a copy of it apart from the database.\n",
                      job.config.keys_master);
        print("The database %s has the schema of this version.\n", job.node.location.name);
        return EXIT_DONE;
}
