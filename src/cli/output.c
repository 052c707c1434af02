/* SPDX-License-Identifier: Apache-2.0
 *
 * Printing.
 */
#include "cli/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void complain(const char *format, ...)
{
        va_list arguments;

        (void)fputs("grantd: ", stderr);
        va_start(arguments, format);
        (void)vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void)fputc('\n', stderr);
}

void print_json(json_t *json)
{
        (void)json_dumpf(json, stdout, JSON_INDENT(2));
        (void)fputc('\n', stdout);
        json_decref(json);
}

/* Characters, near enough: bytes that do not continue one in UTF-8. */
static size_t text_width(const char *text)
{
        size_t width = 0;

        for (; text && *text; text++)
                width += ((unsigned char)*text & 0xc0) != 0x80;
        return width;
}

static void cell_print(const char *text, size_t width, int is_last)
{
        size_t used = text_width(text);

        for (; text && *text; text++)
                (void)putchar((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
        if (is_last)
                (void)putchar('\n');
        else
                (void)printf("%*s", (int)(width - used + 2), "");
}

static size_t column_width(const char *head, size_t column, size_t n_columns,
                           const char *const *cells, size_t n_rows)
{
        size_t width = text_width(head);

        for (size_t row = 0; row < n_rows; row++) {
                size_t here = text_width(cells[row * n_columns + column]);

                width = here > width ? here : width;
        }
        return width;
}

void print_table(const char *const *heads, size_t n_columns, const char *const *cells,
                 size_t n_rows)
{
        size_t *widths = calloc(n_columns, sizeof(*widths));

        if (!widths)
                abort();
        for (size_t i = 0; i < n_columns; i++)
                widths[i] = column_width(heads[i], i, n_columns, cells, n_rows);
        for (size_t i = 0; i < n_columns; i++)
                cell_print(heads[i], widths[i], i + 1 == n_columns);
        for (size_t row = 0; row < n_rows; row++)
                for (size_t i = 0; i < n_columns; i++)
                        cell_print(cells[row * n_columns + i], widths[i], i + 1 == n_columns);
        free(widths);
}
