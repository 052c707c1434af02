/* SPDX-License-Identifier: Apache-2.0
 *
 * Marks a database created by "grantd demo": its passwords and its client's secret are public, so
 * it is served on this machine only.
 */
#pragma once

#include "node/node.h"

/* Marks the database. Return: ERR_OK; faults. */
enum err demo_mark_put(struct node *node);

/* Return: ERR_OK; ERR_FORBIDDEN: the database is marked and would be served to others, which was
 *         reported; faults. */
enum err demo_mark_check(struct node *node);
