/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables are made from the JSON, so that both always say the same.
 */
#include "cli/rows.h"

#include <stdlib.h>

#include "base/json.h"
#include "cli/output.h"

enum { ROWS_PAGE = 1000 };

static void table_print(const json_t *array, const struct column *columns, size_t n_columns,
                        bool has_heads)
{
        size_t n_rows = json_array_size(array);
        const char **heads = calloc(n_columns, sizeof(*heads));
        const char **cells = calloc(n_rows * n_columns + 1, sizeof(*cells));

        if (!heads || !cells)
                abort();
        for (size_t i = 0; i < n_columns; i++)
                heads[i] = columns[i].head;
        for (size_t row = 0; row < n_rows; row++)
                for (size_t i = 0; i < n_columns; i++)
                        cells[row * n_columns + i] = json_string_value(
                                json_object_get(json_array_get(array, row), columns[i].member));
        print_table(has_heads ? heads : NULL, n_columns, cells, n_rows);
        free(heads);
        free(cells);
}

void rows_print(json_t *array, const struct column *columns, size_t n_columns, bool as_json)
{
        if (as_json) {
                print_json(array);
                return;
        }
        table_print(array, columns, n_columns, true);
        json_decref(array);
}

/* --- a page at a time --- */

static void lines_print(const struct rows *rows)
{
        for (size_t i = 0; i < json_array_size(rows->page); i++)
                print_json_line(json_array_get(rows->page, i));
}

/* The elements of one array, as they come. */
static void elements_print(const struct rows *rows)
{
        for (size_t i = 0; i < json_array_size(rows->page); i++) {
                print_line(rows->has_begun || i ? "," : "[");
                print_json_part(json_array_get(rows->page, i));
        }
}

void rows_flush(struct rows *rows)
{
        if (json_array_size(rows->page) == 0)
                return;
        if (!rows->as_json)
                table_print(rows->page, rows->columns, rows->n_columns, !rows->has_begun);
        else if (rows->is_lines)
                lines_print(rows);
        else
                elements_print(rows);
        rows->has_begun = true;
        (void)json_array_clear(rows->page);
}

void rows_add(struct rows *rows, json_t *object)
{
        if (!rows->page)
                rows->page = json_array();
        json_append(rows->page, object);
        if (json_array_size(rows->page) >= ROWS_PAGE)
                rows_flush(rows);
}

void rows_end(struct rows *rows)
{
        if (rows->as_json && rows->is_lines) {
                rows_flush(rows);
        } else if (!rows->has_begun) {
                rows_print(rows->page ? json_incref(rows->page) : json_array(), rows->columns,
                           rows->n_columns, rows->as_json);
        } else {
                rows_flush(rows);
                if (rows->as_json)
                        print_line("\n]");
        }
}

void rows_deinit(struct rows *rows)
{
        json_decref(rows->page);
        rows->page = NULL;
}
