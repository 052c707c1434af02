/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands about accounts, clients and projects share, beyond what every command of an
 * operator begins with.
 */
#pragma once

#include "cli/operator.h"
#include "cli/rows.h"
#include "core/store.h"

struct store_job {
        struct operator_job base;
        struct arena scratch; /* what a visitor needs for one account */
};

#define STORE_JOB(name)                                                                            \
        struct store_job name CLEANUP(store_job_end) = {                                           \
                .base = {.arena = ARENA_INIT(LIMIT_ARENA)}, .scratch = ARENA_INIT(LIMIT_ARENA)}

void store_job_end(struct store_job *job);

/* Reads options and configuration and opens the store. Return: whether to go on; if not,
 * `ret_status` is the exit status. */
bool store_job_begin(struct store_job *job, const struct usage *usage, int argc, char **argv,
                     void *values, int *ret_status);

/* The argument of this index. Return: its text; absent if it was not given. */
struct slice store_job_argument(const struct store_job *job, size_t index);

/* The living account of an e-mail address, in whatever case; complains if there is none.
 * Return: ERR_OK; anything else has been said. */
enum err store_job_account(struct store_job *job, struct slice email, struct account *ret);

/* Calls `each`, whose `job->scratch` is its own, for the account of that e-mail address, or for all
 * accounts if it is absent. Return: ERR_OK; anything else has been said. */
typedef enum err account_visitor(struct store_job *job, const struct account *account,
                                 void *context);
enum err store_job_accounts(struct store_job *job, struct slice email, account_visitor *each,
                            void *context);

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
                     void (*remark)(const struct store_job *job));

/* Whether a name may be kept: plain text, of so many characters at most; complains if not. An
 * absent one is fine. */
bool name_check(const char *option, const char *text, size_t maximum);
