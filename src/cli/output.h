/* SPDX-License-Identifier: Apache-2.0
 *
 * What commands print: tables for people, JSON for programs, complaints on standard error. It also
 * checks, for every command, that standard output could be written.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "os/complain.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* Call it before anything is opened: occupies closed standard streams, so that no file gets their
 * numbers, and turns writing to a broken pipe into an error. */
void output_begin(void);

/* printf() on standard output. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

/* A text and a newline. */
void print_line(const char *text);
void print_slice(struct slice text);

/* Flushes what was printed so far. Return: whether all of it was written; if not, this is reported
 * once, with `consequence`, a clause for the reader. */
bool output_flush(const char *consequence);

/* Ignores output that could not be printed, for a command whose work is something else. */
void output_forget(void);

/* The last step of a command. Return: `status`; EXIT_FAILED if it was EXIT_DONE and output was
 * lost, which is reported. */
int output_end(int status);

/* Indented JSON and a newline on standard output; takes the reference. */
void print_json(json_t *json);

/* The same for a part of a larger value, without a newline; and in one line. Neither takes the
 * reference. */
void print_json_part(const json_t *json);
void print_json_line(const json_t *json);

/* Rows of `n_columns` cells each, in columns under their heads (NULL: none). A NULL cell is empty.
 * Control characters, which could confuse a terminal, are shown as '?'. */
void print_table(const char *const *heads, size_t n_columns, const char *const *cells,
                 size_t n_rows);
