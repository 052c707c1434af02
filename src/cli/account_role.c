/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account role.
 */
#include "cli/account_role.h"

#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "core/people/account.h"

struct values {
        bool developer, no_developer;
};

static const struct option options[] = {
        FLAG_OPTION("developer", developer, "it may register applications"),
        FLAG_OPTION("no-developer", no_developer, "it may not"),
};

static const struct usage usage = {
        .command = "account role",
        .arguments = "EMAIL",
        .summary = "Gives an account the role of a developer, or takes it away. It matters where "
                   "accounts.developers\nis \"invited\". Applications that the account has "
                   "registered stay, and stay its own.",
        OPTIONS(options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

int account_role_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);
        struct account account;
        unsigned roles;

        if (!job_configure(&job, argc, argv))
                return job.status;
        if (values.developer == values.no_developer) {
                complain("account role: needs --developer or --no-developer");
                return EXIT_USAGE;
        }
        if (!job_open(&job))
                return job.status;
        if (account_of(&job, job_argument(&job, 0), &account) != ERR_OK)
                return EXIT_FAILED;
        roles = account.roles & ~(unsigned)ACCOUNT_DEVELOPER;
        if (values.developer)
                roles |= ACCOUNT_DEVELOPER;
        return job_result(account_set_roles_by_operator(&job.op, &account, roles));
}
