/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a command: its options, and what it works with. Operators' commands work on the
 * database directly, even while a server runs.
 *
 *      JOB(job, &usage, &values);
 *
 *      if (!job_begin(&job, argc, argv))
 *              return job.status;
 */
#pragma once

#include "base/limits.h"
#include "base/macros.h"
#include "cli/options.h"
#include "core/op.h"
#include "node/node.h"

struct job {
        const struct usage *usage;
        void *values; /* of the options, preset by the command; NULL if it has none */
        int status;   /* the exit status, once a step has failed; EXIT_DONE before */
        struct arena arena;
        struct arena scratch; /* for one step of many; reset between them */
        struct options_rest rest;
        struct config config;
        struct node node;
        struct op op; /* of an open job; in the audit trail as an operator's */
};

#define JOB(name, usage_, values_)                                                                 \
        struct job name CLEANUP(job_end) = {.usage = (usage_),                                     \
                                            .values = (values_),                                   \
                                            .arena = ARENA_INIT(1 << 30),                          \
                                            .scratch = ARENA_INIT(LIMIT_ARENA)}

/* Each step reports its problem. Return: whether to go on; if not, `status` is set. */

/* Ends the job with this exit status. Return: false, like a failed step. */
bool job_stop(struct job *job, int status);

/* Reads the options. */
bool job_read_options(struct job *job, int argc, char **argv);

/* Reads the configuration, after the options. */
bool job_load(struct job *job);

/* The same with this store.url, for a command that has it as an argument. */
bool job_load_for(struct job *job, const char *url);

/* Reads the options and the configuration. */
bool job_configure(struct job *job, int argc, char **argv);

/* Opens the log, for a command that works without a node. */
bool job_log(struct job *job);

/* Opens the node. Its database must exist unless the usage allows creating it. Call it after
 * job_configure(). */
bool job_open(struct job *job);

/* The same, without database and configuration: only what calls of satellites need. The person at
 * the command line may call any address, so satellite.allowed, which is for addresses from users,
 * does not apply. */
bool job_open_satellites(struct job *job);

/* job_configure() and job_open(), for a command that has nothing to check in between. */
bool job_begin(struct job *job, int argc, char **argv);

void job_end(struct job *job);

/* The argument of this index. Return: its text; absent if it was not given. */
struct slice job_argument(const struct job *job, size_t index);

/* All arguments. Return: a list in the job's arena; empty without memory. */
struct texts job_arguments(struct job *job);

/* Reports the error. Return: EXIT_FAILED. */
int job_failed(enum err error);

/* Return: EXIT_DONE for ERR_OK; else as job_failed(). */
int job_result(enum err error);
