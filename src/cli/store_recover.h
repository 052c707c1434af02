/* SPDX-License-Identifier: Apache-2.0
 *
 * What "grantd store recover" reports.
 */
#pragma once

#include <stdbool.h>

#include "core/store.h"

/* Prints what was done, as JSON or as text; what is wrong with revocations.log is complained of.
 * Return: the exit status, EXIT_FAILED if the log did not tell everything. */
int recovered_print(const struct recovered *recovered, bool as_json);
