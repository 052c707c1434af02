/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets for commands, from a file or standard input, so that they need not be on the command
 * line, where every process can see them.
 */
#pragma once

#include "base/error.h"
#include "base/secret.h"

enum { LIMIT_SECRET_INPUT = 64 * 1024 };

/* Reads all of `path`, or of standard input if it is NULL or "-", without the newline at its end.
 * At a terminal it shows `prompt` and disables echo. Problems are reported on standard error.
 * Return: ERR_OK; ERR_FIELD_MISSING: it is empty; ERR_FIELD_TOO_LONG; ERR_NOT_FOUND; ERR_INTERNAL.
 */
enum err secret_input(const char *path, const char *prompt, struct arena *arena,
                      struct secret *ret_secret);

/* The same for a secret that is new: at a terminal it is typed twice. Return: also
 * ERR_FIELD_MALFORMED: they differ. */
enum err secret_input_new(const char *path, const char *prompt, struct arena *arena,
                          struct secret *ret_secret);
