/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists as commands print them: an array of JSON objects, or the same as a table.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A column of the table: the member it shows, a string or null, and its head. */
struct column {
        const char *member;
        const char *head;
};

/* Prints the array as JSON, or its columns as a table; takes ownership of it. */
void rows_print(json_t *array, const struct column *columns, size_t n_columns, bool as_json);

/* A list that is printed while it is read, a page at a time, so that it is never in memory as a
 * whole. As JSON it is one array, or with `is_lines` one object a line, for lists without an end.
 */
struct rows {
        const struct column *columns;
        size_t n_columns;
        bool as_json, is_lines;
        json_t *page;   /* not printed yet */
        bool has_begun; /* something was printed */
};

/* Takes the reference. */
void rows_add(struct rows *rows, json_t *object);

/* Prints what has been added so far. */
void rows_flush(struct rows *rows);

/* Prints the rest, once: an empty list has its heads, or brackets. */
void rows_end(struct rows *rows);

void rows_deinit(struct rows *rows);
