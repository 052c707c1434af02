/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands about accounts, clients and projects share.
 */
#pragma once

#include "cli/job.h"
#include "cli/rows.h"
#include "core/store.h"

/* Finds the account with an e-mail address, in any case; complains if there is none. Return:
 * ERR_OK; any other outcome has been reported. */
enum err account_of(struct job *job, struct slice email, struct account *ret);

/* job_begin(), and the account of the first argument. Return: whether there is one; otherwise the
 * command ends with `job->status`. */
bool account_job_begin(struct job *job, int argc, char **argv, struct account *ret);

/* The roles that lists show: "developer", "operator" or both; "person" for one without any; static.
 */
const char *account_role_text(unsigned roles);

/* Called for each account; may use `job->scratch` freely. */
typedef enum err account_visitor(struct job *job, const struct account *account, struct rows *rows);

/* A command that lists things that belong to accounts. */
struct list_command {
        const char *command;   /* as in struct usage, like the next two */
        const char *arguments; /* "[EMAIL]"; NULL: always for all accounts */
        const char *summary;
        account_visitor *append; /* adds what the account has */
        enum err (*append_more)(struct job *job,
                                struct rows *rows); /* after all accounts'; NULL: nothing */
        const struct column *columns;
        size_t n_columns;
};

/* Runs it, with --json or as a table. `remark`, unless NULL, is called after a table was printed,
 * to add a remark. Return: the exit status. */
int list_command_run(const struct list_command *list, int argc, char **argv,
                     void (*remark)(const struct job *job));

/* Whether a name is valid: plain text of at most `maximum` characters; complains if not. An absent
 * one is valid. */
bool name_check(const char *option, const char *text, size_t maximum);
