/* SPDX-License-Identifier: Apache-2.0
 *
 * Problems, said to the person who started the program.
 */
#pragma once

/* "grantd: ..." and a newline on standard error. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
