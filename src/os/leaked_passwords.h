/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of leaked passwords in a file: SHA-1 hashes in hex, sorted, one a line, with a colon and
 * how often it leaked or without. It may have many gigabytes, so it is searched where it is. It is
 * opened for each password, so another file may be renamed into its place at any time.
 */
#pragma once

#include "base/buf.h"
#include "core/ports.h"

/* Looks at a sample of the lines. On failure `why` receives one sentence for the operator.
 * Return: ERR_OK; ERR_NOT_FOUND: it cannot be read; ERR_FIELD_MALFORMED: it is not such a list. */
enum err leaked_passwords_check(const char *path, struct buf *why);

/* The path must stay; empty: there is no list. */
struct leak_port leaked_passwords_port(const char *path);
