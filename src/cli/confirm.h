/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking before a command deletes what cannot be had back.
 */
#pragma once

#include "cli/job.h"

#define YES_OPTION FLAG_OPTION("yes", yes, "do not ask")

/* Shows `what`, a sentence about what the command will do, and waits for "yes". With `is_yes` it
 * asks nothing; without it, and without a terminal, it refuses. Return: whether to go on; if not,
 * the job has its status. */
bool confirm(struct job *job, bool is_yes, const char *what);
