/* SPDX-License-Identifier: Apache-2.0
 *
 * Printing.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of standard output: the first error, and whether it was reported. Commands print from one thread.
 */
static int first_error;
static bool is_told;

/* --- standard output --- */

/* A folder can be opened for reading only, so that writing to its descriptor fails. */
void output_begin(void)
{
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                if (fcntl(fd, F_GETFD) < 0)
                        (void)open("/", O_RDONLY | O_DIRECTORY);
        (void)signal(SIGPIPE, SIG_IGN);
}

static void note_failure(bool has_failed)
{
        if (has_failed && !first_error)
                first_error = errno ? errno : EIO;
}

void print(const char *format, ...)
{
        va_list arguments;

        va_start(arguments, format);
        note_failure(vprintf(format, arguments) < 0);
        va_end(arguments);
}

void print_line(const char *text)
{
        note_failure(puts(text) < 0);
}

void print_slice(struct slice text)
{
        print("%.*s\n", (int)text.size, (const char *)text.data);
}

bool output_flush(const char *consequence)
{
        note_failure(fflush(stdout) != 0);
        note_failure(ferror(stdout) != 0);
        if (first_error && !is_told)
                complain("standard output cannot be written: %s; %s", strerror(first_error),
                         consequence);
        is_told = first_error != 0;
        return !first_error;
}

void output_forget(void)
{
        clearerr(stdout);
        first_error = 0;
        is_told = false;
}

int output_end(int status)
{
        bool is_written = output_flush("the output is lost, but the changes were made");

        return !is_written && status == EXIT_DONE ? EXIT_FAILED : status;
}

void print_json(json_t *json)
{
        note_failure(json_dumpf(json, stdout, JSON_INDENT(2)) < 0);
        print_line("");
        json_decref(json);
}

void print_json_part(const json_t *json)
{
        note_failure(json_dumpf(json, stdout, JSON_INDENT(2)) < 0);
}

void print_json_line(const json_t *json)
{
        note_failure(json_dumpf(json, stdout, JSON_COMPACT) < 0);
        print_line("");
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
                note_failure(putchar((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text) <
                             0);
        if (is_last)
                print_line("");
        else
                print("%*s", (int)(width - used + 2), "");
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
                widths[i] = column_width(heads ? heads[i] : NULL, i, n_columns, cells, n_rows);
        for (size_t i = 0; heads && i < n_columns; i++)
                cell_print(heads[i], widths[i], i + 1 == n_columns);
        for (size_t row = 0; row < n_rows; row++)
                for (size_t i = 0; i < n_columns; i++)
                        cell_print(cells[row * n_columns + i], widths[i], i + 1 == n_columns);
        free(widths);
}
