/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables are made from the JSON, so that both always say the same.
 */
#include "cli/rows.h"

#include <stdlib.h>

#include "cli/output.h"

static void table_print(const json_t *array, const struct column *columns, size_t n_columns)
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
        print_table(heads, n_columns, cells, n_rows);
        free(heads);
        free(cells);
}

void rows_print(json_t *array, const struct column *columns, size_t n_columns, bool as_json)
{
        if (as_json) {
                print_json(array);
                return;
        }
        table_print(array, columns, n_columns);
        json_decref(array);
}
