/* SPDX-License-Identifier: Apache-2.0
 *
 * The sandbox of a server, as its configuration asks for it (process.sandbox).
 */
#pragma once

#include "node/node.h"

/* Gives up all that serving does not take. Call it after node_open_key(): the key is
 * read, the database's file is there, and there is no second thread. What holds from then on, and
 * what does not, is logged. Return: ERR_OK; ERR_FORBIDDEN: the system cannot do what
 * process.sandbox requires, which was said. */
enum err isolation_enter(const struct node *node);
