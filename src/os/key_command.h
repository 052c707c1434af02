/* SPDX-License-Identifier: Apache-2.0
 *
 * keys.master_command: a command whose output is a key file.
 *
 * A server that has entered its sandbox can start no program. So a helper process is made before:
 * it knows this one command, and runs it each time it is asked. It is asked with one byte, so that
 * whoever takes over the server can make it run nothing else. It ends with the server.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

struct key_command;

/* Makes the helper. Call it before any thread, and before there is a secret that it would copy.
 * `words` is the command, the first an absolute path, ended by NULL.
 * Return: to be stopped; NULL, with errno. */
struct key_command *key_command_start(char *const *words);

/* Runs the command, which gets ten seconds, and takes what it prints. One caller at a time. What
 * the command says on standard error goes to ours. On failure `why` takes one sentence. Return:
 * ERR_OK; ERR_FIELD_TOO_LONG: it prints more than a key file can hold; ERR_INTERNAL. */
enum err key_command_run(struct key_command *command, struct arena *arena,
                         struct secret *ret_output, struct buf *why);

/* Waits for the helper to end; takes NULL too. */
void key_command_stop(struct key_command *command);
