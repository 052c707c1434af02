/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands about accounts, clients and projects share.
 */
#pragma once

#include "cli/job.h"
#include "cli/rows.h"
#include "core/store.h"

/* The living account of an e-mail address, in whatever case; complains if there is none.
 * Return: ERR_OK; anything else has been said. */
enum err account_of(struct job *job, struct slice email, struct account *ret);

/* What is done for an account; `job->scratch` is its own. */
typedef enum err account_visitor(struct job *job, const struct account *account, void *context);

/* A command that lists what accounts have. */
struct list_command {
        const char *command;   /* as in struct usage, like the next two */
        const char *arguments; /* "[EMAIL]", or NULL: always of all accounts */
        const char *summary;
        account_visitor *append; /* to the json_t array that is its context */
        const struct column *columns;
        size_t n_columns;
};

/* Runs it, with --json or as a table. `remark`, unless NULL, is called once a table was printed,
 * to add a remark. Return: the exit status. */
int list_command_run(const struct list_command *list, int argc, char **argv,
                     void (*remark)(const struct job *job));

/* Whether a name may be kept: plain text, of so many characters at most; complains if not. An
 * absent one is fine. */
bool name_check(const char *option, const char *text, size_t maximum);
