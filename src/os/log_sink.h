/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the process's events go: standard error or a file, from a level on.
 */
#pragma once

#include "base/error.h"
#include "base/event.h"

enum log_format { LOG_TEXT, LOG_JSON };

struct log_options {
        enum event_level level; /* lower ones are dropped */
        enum log_format format;
        const char *path; /* NULL or "": standard error */
};

/* Takes all events from now on; call it before threads.
 * Return: ERR_OK; ERR_INTERNAL: the file cannot be opened, errno says why. */
enum err log_open(const struct log_options *options);

/* Opens the file anew, after it was moved away; if that fails, the old one stays in use. */
void log_reopen(void);

/* Events go nowhere again. */
void log_close(void);

/* Return: false for a word that is no level, or no format. */
bool log_level_decode(const char *text, enum event_level *ret);
bool log_format_decode(const char *text, enum log_format *ret);
