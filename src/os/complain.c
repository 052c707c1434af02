/* SPDX-License-Identifier: Apache-2.0
 *
 * One sentence on standard error.
 */
#include "os/complain.h"

#include <stdarg.h>
#include <stdio.h>

void complain(const char *format, ...)
{
        va_list arguments;

        (void)fputs("grantd: ", stderr);
        va_start(arguments, format);
        (void)vfprintf(stderr, format, arguments);
        va_end(arguments);
        (void)fputc('\n', stderr);
}

void complain_why(const struct buf *why)
{
        complain("%.*s", (int)why->size, (const char *)why->data);
}
