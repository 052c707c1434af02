/* SPDX-License-Identifier: Apache-2.0
 *
 * What the subcommands of "grantd grant" share: options, a grant that is read, one that is printed.
 */
#pragma once

#include <accessgrant.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "cli/options.h"
#include "core/grants/scope.h"

/* The options of all of them. */
struct grant_values {
        const char *file, *salt, *passphrase_file, *satellite, *path_cipher, *secret_file;
        const char *op, *bucket, *encrypted_path;
        int64_t expires_in;
        bool json, ask_satellite;
};

#define GRANT_FILE_OPTION                                                                          \
        {                                                                                          \
                "file", OPTION_TEXT, offsetof(struct grant_values, file), "FILE",                  \
                        "read it from a file; -: standard input, also the default", 0, 0           \
        }

struct grant_job {
        struct arena arena;
        struct options_rest rest;
        struct grant_values values;
        ag_grant *grant;
};

#define GRANT_JOB(name)                                                                            \
        struct grant_job name CLEANUP(grant_job_end) = {.arena = ARENA_INIT(1 << 20)}

void grant_job_end(struct grant_job *job);

/* Reads the options. Return: EXIT_DONE to go on, unless `ret_is_over`. */
int grant_job_options(struct grant_job *job, const struct usage *usage, int argc, char **argv,
                      bool *ret_is_over);

/* Reads what somebody was handed, as forgiving as Storj's own tools. */
int grant_job_read(struct grant_job *job);

/* Both. Return: EXIT_DONE with a grant: go on; anything else: it is over. */
int grant_job_begin(struct grant_job *job, const struct usage *usage, int argc, char **argv);

/* Reads the arguments as scopes. Return: EXIT_DONE, or what was wrong has been said. */
int grant_job_scope(struct grant_job *job, const char *command, struct scope *ret);

/* Derives the root key of --salt and the passphrase. Return: as grant_job_scope(). */
int grant_job_root_key(struct grant_job *job, const char *command, struct crypto_key *ret_key);

/* Says what failed. Return: EXIT_FAILED. */
int grant_job_failed(enum ag_error error);

/* The subcommands that have files of their own. */
int grant_mint_command(int argc, char **argv);
int grant_verify_command(int argc, char **argv);
int grant_check_command(int argc, char **argv);

/* Prints what a change has made. */
int grant_job_write(enum ag_error error, const ag_grant *grant);
