/* SPDX-License-Identifier: Apache-2.0
 *
 * The key file of a node, read at the start and whenever it changes: a rotation by another process
 * is seen before the next value is sealed.
 */
#pragma once

#include "cli/node.h"

/* Reads the keys; makes them where the database `path` is new and there are none. What is wrong is
 * said. Return: ERR_OK; as key_file_read() and key_file_create(). */
enum err node_keys_open(struct node *node, const char *path, bool is_new);

/* Whether the keys belong to the database, which is marked by them if it is new. What is wrong is
 * said. Return: ERR_OK; ERR_NOT_AUTHENTIC: they do not; faults. */
enum err node_keys_check(struct node *node);

/* Reads the file whether it has changed or not, also done by itself when a value of an unknown key
 * is met. Return: whether its keys were adopted; why not is logged. */
bool node_keys_reload(struct node *node);

/* Return: false where the file has changed since, and its keys could not be adopted. */
bool node_keys_are_fresh(struct node *node);
