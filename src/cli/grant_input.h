/* SPDX-License-Identifier: Apache-2.0
 *
 * What the subcommands of "grantd grant" share: options, reading a grant, and printing one.
 */
#pragma once

#include <accessgrant.h>

#include "base/crypto.h"
#include "cli/job.h"
#include "core/grants/scope.h"

/* The options of all of them. */
struct values {
        const char *file, *salt, *passphrase_file, *satellite, *path_cipher, *secret_file;
        const char *op, *bucket, *encrypted_path;
        int64_t expires_in;
        bool json, ask_satellite;
};

#define GRANT_FILE_OPTION                                                                          \
        TEXT_OPTION("file", file, "FILE",                                                          \
                    "read it from a file; -: standard input, also the "                            \
                    "default")

/* Three steps of a job, see cli/job.h. */

/* Reads a grant as leniently as Storj's own tools. The caller owns it. */
bool grant_read(struct job *job, ag_grant **ret);

/* Reads the arguments as scopes. */
bool scope_option_read(struct job *job, struct scope *ret);

/* Derives the root key of --salt and the passphrase. */
bool root_key_read(struct job *job, struct crypto_key *ret_key);

/* Prints the result of a change. Return: the exit status. */
int grant_write(enum ag_error error, const ag_grant *grant);

/* Reports the error. Return: EXIT_FAILED. */
int grant_failed(enum ag_error error);

/* The subcommands in files of their own. */
int grant_mint_command(int argc, char **argv);
int grant_verify_command(int argc, char **argv);
int grant_check_command(int argc, char **argv);
