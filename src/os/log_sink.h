/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the process's events to standard error or a file, from a minimum level.
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

/* Receives all events from now on; call it before threads start.
 * Return: ERR_OK; ERR_INTERNAL: the file cannot be opened, errno says why. */
enum err log_open(const struct log_options *options);

/* Reopens the file after it was moved; if that fails, the old one stays in use. */
void log_reopen(void);

/* Stops logging; events are discarded again. */
void log_close(void);

/* Return: false for an unknown level or format. */
bool log_level_decode(const char *text, enum event_level *ret);
bool log_format_decode(const char *text, enum log_format *ret);
