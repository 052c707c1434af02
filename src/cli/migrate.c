/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd migrate: what serve does first, on its own.
 */
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/operator.h"
#include "cli/output.h"
#include "store/open.h"

static const struct usage usage = {
        .command = "migrate",
        .summary = "Brings the database to the form that this version needs, or makes a new one "
                   "with its key.\nserve does the same when it starts.",
        .takes_settings = true,
};

int migrate_command(int argc, char **argv)
{
        OPERATOR_JOB(job);
        struct store_location location;
        bool go_on;
        int status = operator_job_configure(&job, &usage, argc, argv, NULL, &go_on);

        if (!go_on)
                return status;
        job.may_make = true;
        status = operator_job_open(&job);
        if (!job.is_open)
                return status;
        (void)store_locate(slice_from_string(job.config.store_url), &location);
        if (job.node.keys.was_made)
                print("The key %s was made; keep a copy of it apart from the database.\n",
                      job.config.keys_master);
        print("The database %s has the form that this version needs.\n", location.path);
        return EXIT_DONE;
}
