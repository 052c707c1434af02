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
        bool developer, no_developer, is_operator, no_operator;
};

static const struct option options[] = {
        FLAG_OPTION("developer", developer, "it may register applications"),
        FLAG_OPTION("no-developer", no_developer, "it may not"),
        FLAG_OPTION("operator", is_operator, "it may use the operators' pages"),
        FLAG_OPTION("no-operator", no_operator, "it may not"),
};

static const struct usage usage = {
        .command = "account role",
        .arguments = "EMAIL",
        .summary =
                "Gives an account a role, or takes it away. A developer matters where "
                "accounts.developers is\n\"invited\"; applications that the account has "
                "registered stay, and stay its own. An operator sees\nall accounts, applications "
                "that await approval and the audit trail on the page /operator, and no files.",
        OPTIONS(options),
        .n_arguments = 1,
        .n_needed = 1,
        .takes_settings = true,
};

/* Both of a pair, or neither of any. */
static bool values_are_wrong(const struct values *values)
{
        return (values->developer && values->no_developer) ||
               (values->is_operator && values->no_operator) ||
               !(values->developer || values->no_developer || values->is_operator ||
                 values->no_operator);
}

static unsigned roles_changed(unsigned roles, const struct values *values)
{
        if (values->developer || values->no_developer)
                roles &= ~(unsigned)ACCOUNT_DEVELOPER;
        if (values->is_operator || values->no_operator)
                roles &= ~(unsigned)ACCOUNT_OPERATOR;
        if (values->developer)
                roles |= ACCOUNT_DEVELOPER;
        if (values->is_operator)
                roles |= ACCOUNT_OPERATOR;
        return roles;
}

int account_role_command(int argc, char **argv)
{
        struct values values = {0};
        JOB(job, &usage, &values);
        struct account account;

        if (!job_configure(&job, argc, argv))
                return job.status;
        if (values_are_wrong(&values)) {
                complain("account role: needs --developer, --no-developer, --operator or "
                         "--no-operator");
                return EXIT_USAGE;
        }
        if (!job_open(&job))
                return job.status;
        if (account_of(&job, job_argument(&job, 0), &account) != ERR_OK)
                return EXIT_FAILED;
        return job_result(account_set_roles_by_operator(&job.op, &account,
                                                        roles_changed(account.roles, &values)));
}
