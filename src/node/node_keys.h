/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a node, read at the start and whenever their file changes: a rotation by another
 * process is noticed before the next value is sealed.
 */
#pragma once

#include <pthread.h>

#include "base/files.h"
#include "config/config.h"
#include "core/ports.h"
#include "core/upkeep/seal.h"
#include "os/key_source.h"

struct node_keys {
        struct key_source source;
        struct seal seal;
        const struct ports *ports; /* the store must be set before the keys are checked */
        bool was_made;             /* the key file, by node_keys_make() */

        pthread_mutex_t lock; /* one thread at a time rereads them, and changes the next two */
        struct file_signature file; /* zeros: they come from a command */
        bool are_stale;             /* they have changed and could not be adopted */
};

/* Call init before all other functions, and deinit at the end, even if nothing was opened. `ports`
 * must outlive the keys, which must not move. */
void node_keys_init(struct node_keys *keys, const struct ports *ports);
void node_keys_deinit(struct node_keys *keys);

/* Reads the keys. What is wrong is said.
 * Return: ERR_OK; ERR_NOT_FOUND: there are none, which is not said; as key_file_read(). */
enum err node_keys_open(struct node_keys *keys, const struct config *config);

/* Makes the first key, after that, for a database that is new. What is wrong is said.
 * Return: ERR_OK; ERR_NOT_FOUND: it must come from somebody else; as key_file_create(). */
enum err node_keys_make(struct node_keys *keys);

/* Checks that the keys belong to the database; a new one is marked with them. Problems are
 * reported. Return: ERR_OK; ERR_NOT_AUTHENTIC: they do not; faults. */
enum err node_keys_check(struct node_keys *keys);

/* Reads the file whether it has changed or not. Also happens automatically when a value with an
 * unknown key is found. Return: whether its keys were adopted; if not, the reason is logged. */
bool node_keys_reload(struct node_keys *keys);

/* Return: false if the file has changed since and its keys could not be adopted. */
bool node_keys_are_fresh(struct node_keys *keys);
