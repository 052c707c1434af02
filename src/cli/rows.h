/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists as commands print them: an array of JSON objects, or the same as a table.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* A column of the table: the member it shows, a string or null, and its head. */
struct column {
        const char *member;
        const char *head;
};

/* Prints the array as JSON, or its columns as a table; takes ownership of it. */
void rows_print(json_t *array, const struct column *columns, size_t n_columns, bool as_json);
