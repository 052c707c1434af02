/* SPDX-License-Identifier: Apache-2.0
 *
 * The report of "grantd store recover".
 */
#pragma once

#include <stdbool.h>

#include "core/store.h"

/* Prints what was done, as JSON or as text, and complains about problems in revocations.log.
 * Return: the exit status, EXIT_FAILED if the log is incomplete. */
int recovered_print(const struct recovered *recovered, bool as_json);
