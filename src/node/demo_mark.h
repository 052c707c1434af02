/* SPDX-License-Identifier: Apache-2.0
 *
 * The mark in a database that "grantd demo" made: everybody knows its passwords and the secret of
 * its client, so it is served on this machine only.
 */
#pragma once

#include "node/node.h"

/* Marks the database. Return: ERR_OK; faults. */
enum err demo_mark_put(struct node *node);

/* Return: ERR_OK; ERR_FORBIDDEN: the database is marked and would be served to others, which was
 * said; faults. */
enum err demo_mark_check(struct node *node);
