/* SPDX-License-Identifier: Apache-2.0
 *
 * keys.master_command: a command whose output is a key file.
 *
 * A server in its sandbox cannot start programs. So a helper process is started before: it runs
 * this one command each time it receives a byte, so that an attacker who controls the server can
 * make it run nothing else. It ends with the server.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

struct key_command;

/* Starts the helper. Call it before any thread starts, and before there is a secret that it would
 * inherit. `words` is the command, NULL-terminated, the first an absolute path. Return: to be
 * stopped with key_command_stop(); NULL with errno set. */
struct key_command *key_command_start(char *const *words);

/* Runs the command, for at most ten seconds, and returns its output. One caller at a time. The
 * command's standard error goes to ours. On failure `why` receives one sentence. Return: ERR_OK;
 * ERR_FIELD_TOO_LONG: it prints more than a key file may contain; ERR_INTERNAL. */
enum err key_command_run(struct key_command *command, struct arena *arena,
                         struct secret *ret_output, struct buf *why);

/* Waits for the helper to end. NULL does nothing. */
void key_command_stop(struct key_command *command);
