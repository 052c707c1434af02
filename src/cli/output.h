/* SPDX-License-Identifier: Apache-2.0
 *
 * What commands print: tables for people, JSON for programs, complaints on standard error.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* "grantd: ..." on standard error. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* Indented JSON and a newline on standard output; takes the reference. */
void print_json(json_t *json);

/* Rows of `n_columns` cells each, in columns under their heads. A NULL cell is empty. Control
 * characters, which could confuse a terminal, are shown as '?'. */
void print_table(const char *const *heads, size_t n_columns, const char *const *cells,
                 size_t n_rows);
