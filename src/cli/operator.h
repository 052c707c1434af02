/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands of an operator begin with: options, configuration, the node. They work on the
 * database directly, also while a server does.
 */
#pragma once

#include "cli/options.h"
#include "core/op.h"
#include "node/node.h"

struct operator_job {
        struct arena arena;
        struct options_rest rest;
        struct config config;
        struct node node;
        struct op op;       /* once it is open: the command, in the audit trail as an operator's */
        size_t n_arguments; /* set before: how many there must be */
        bool may_make;      /* set before: a database that is not there */
        bool is_open;
};

#define OPERATOR_JOB(name)                                                                         \
        struct operator_job name CLEANUP(operator_job_end) = {.arena = ARENA_INIT(1 << 30)}

/* Reads the options and opens the node, whose database must be there
 * unless `may_make`. What is wrong is said.
 * Return: EXIT_DONE: go on if `is_open`; otherwise the exit status. */
int operator_job_begin(struct operator_job *job, const struct usage *usage, int argc, char **argv,
                       void *values);

/* The two halves of it, for a command that looks at its options before it opens anything.
 * `ret_go_on` tells whether to. */
int operator_job_configure(struct operator_job *job, const struct usage *usage, int argc,
                           char **argv, void *values, bool *ret_go_on);

int operator_job_open(struct operator_job *job);

/* Says what went wrong. Return: EXIT_FAILED. */
int operator_failed(enum err error);

void operator_job_end(struct operator_job *job);
