/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a long command has come: a line that grows, for a person who waits at a terminal.
 */
#pragma once

#include "core/upkeep/rekey.h"

struct progress {
        const char *what; /* "secrets opened" */
        bool is_shown;    /* the line has begun */
};

/* What goes on, before the first number. Nothing is shown where standard error is no terminal. */
void progress_say(const char *what);

/* As a rekey_watch: the context is a struct progress. */
void progress_of_secrets(void *context, const struct rekey_counts *counts);

/* Ends the line, if there is one. */
void progress_end(struct progress *progress);
