/* SPDX-License-Identifier: Apache-2.0
 *
 * The sandbox of a server, as its configuration asks for it (process.sandbox).
 */
#pragma once

#include "node/node.h"

/* Gives up everything that serving does not need. Call it after node_open_key(): the key is read,
 * the database file exists, and there is no second thread. Logs what is in force from then on.
 * Return: ERR_OK; ERR_FORBIDDEN: the system cannot do what process.sandbox requires, which was
 * reported. */
enum err isolation_enter(const struct node *node);
