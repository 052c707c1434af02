/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd migrate: the first step of serve, by itself.
 */
#include "store/migrate.h"

#include "base/macros.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/output.h"
#include "config/policy.h"

enum { EXIT_NEEDED = 3 /* of --check: there is something to do */ };

struct values {
        bool check;
        const char *grant_to;
};

static const struct option options[] = {
        FLAG_OPTION("check", check,
                    "only say what would be done. The exit status is 0 if there is nothing to do, "
                    "3 if there is, 1 if this version cannot use the database"),
        TEXT_OPTION("grant-to", grant_to, "ROLE",
                    "PostgreSQL: also let this role serve, which owns nothing"),
};

static const struct usage usage = {
        .command = "migrate",
        .summary = "Updates the database to the schema of this version, or creates a new one with "
                   "its key.\nOther nodes may go on serving meanwhile. serve does the same when it "
                   "starts, if its role may;\nwith --store.url, this command can use another role.",
        OPTIONS(options),
        .takes_settings = true,
        .creates_database = true,
};

/* --- looking --- */

static int check_print(const struct store_location *location, const struct migration *found)
{
        print("The database %s has version %lld of the schema, this program version %lld.\n",
              location->name, (long long)found->version, (long long)found->newest);
        if (found->oldest > found->newest) {
                complain("this program is too old for it: it needs one with version %lld or newer",
                         (long long)found->oldest);
                return EXIT_FAILED;
        }
        if (found->version >= found->newest) {
                print_line("There is nothing to do.");
                return EXIT_DONE;
        }
        for (int64_t i = found->version; i < found->newest; i++)
                print("grantd migrate would run %s.\n", location->driver->schema[i].name);
        if (!found->is_allowed)
                print_line("The role of this store.url may not do that.");
        return EXIT_NEEDED;
}

static int check(struct job *job)
{
        struct store_location location = {0};
        struct migration found;

        if (!job_log(job))
                return job->status;
        if (config_store(&job->config, &location) != ERR_OK) {
                complain("%s", store_url_problem);
                return EXIT_FAILED;
        }
        if (store_look(&location, &found) != ERR_OK) {
                complain("the database %s cannot be opened; the log says why", location.name);
                return EXIT_FAILED;
        }
        return check_print(&location, &found);
}

/* --- doing --- */

static int grant(const struct store_location *location, const char *role)
{
        struct sql_connection *connection = NULL;
        enum err error = location->driver->open(location, false, &connection);

        if (error == ERR_OK) {
                error = migrate_grant(location->driver, connection, slice_from_string(role));
                location->driver->close(connection);
        }
        if (error == ERR_OK) {
                print("The role %s may serve it.\n", role);
                return EXIT_DONE;
        }
        if (error == ERR_NOT_FOUND)
                complain("migrate: --grant-to is for PostgreSQL; %s has no roles", location->name);
        else
                complain("the role %s did not get its rights; the log says why", role);
        return EXIT_FAILED;
}

static int do_it(struct job *job, const char *grant_to)
{
        if (!job_open(job))
                return job->status;
        if (job->node.keys.was_made)
                print("The key %s was created; keep a copy of it apart from the database.\n",
                      job->config.keys_master);
        print("The database %s has the schema of this version.\n", job->node.location.name);
        return grant_to ? grant(&job->node.location, grant_to) : EXIT_DONE;
}

int migrate_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);

        if (!job_configure(&job, argc, argv))
                return job.status;
        return values.check ? check(&job) : do_it(&job, values.grant_to);
}
