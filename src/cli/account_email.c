/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account set-email.
 */
#include "cli/account_email.h"

#include "base/macros.h"
#include "cli/accounts.h"
#include "cli/output.h"
#include "core/people/email_change.h"

static const struct usage usage = {
        .command = "account set-email",
        .arguments = "OLD NEW",
        .summary =
                "Changes the e-mail address of an account, by which its person logs in. Make sure "
                "that the new one is\ntheirs. If the server sends mail, a link to the old one "
                "undoes it for seven days.",
        .n_arguments = 2,
        .n_needed = 2,
        .takes_settings = true,
};

static int set_failed(enum err error, struct slice email)
{
        int size = (int)email.size;
        const char *text = (const char *)email.data;

        if (error == ERR_FIELD_MALFORMED)
                complain("account set-email: \"%.*s\" is not an e-mail address", size, text);
        else if (error == ERR_EMAIL_TAKEN)
                complain("account set-email: \"%.*s\" belongs to another account, or did so within "
                         "the last seven days",
                         size, text);
        else
                return job_failed(error);
        return EXIT_FAILED;
}

int account_set_email_command(int argc, char **argv)
{
        JOB(job, &usage, NULL);
        struct account account;
        enum err error;

        if (!account_job_begin(&job, argc, argv, &account))
                return job.status;
        error = email_change_by_operator(&job.op, &account, job_argument(&job, 1));
        return error == ERR_OK ? EXIT_DONE : set_failed(error, job_argument(&job, 1));
}
