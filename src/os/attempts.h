/* SPDX-License-Identifier: Apache-2.0
 *
 * How often something was tried lately, for more things than there is memory: a table of a fixed
 * size that forgets what was tried longest ago.
 */
#pragma once

#include "oauth/ports.h"

struct attempts;

/* Return: the table, or NULL without memory. */
struct attempts *attempts_new(void);

/* NULL does nothing. */
void attempts_free(struct attempts *attempts);

struct attempt_port attempts_port(struct attempts *attempts);
