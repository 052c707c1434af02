/* SPDX-License-Identifier: Apache-2.0
 *
 * Error messages for the person who started the program.
 */
#pragma once

#include "base/buf.h"

/* "grantd: ..." and a newline on standard error. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* The same with a sentence that a function has composed. */
void complain_why(const struct buf *why);
