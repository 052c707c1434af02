/* SPDX-License-Identifier: Apache-2.0
 *
 * Caveats, the limits of an API key (docs/protocol/access-grant.md 5). ag_caveat_next_path(), in
 * the public header, iterates over the paths of one.
 */
#pragma once

#include "accessgrant/words.h"

/* Reads everything that Storj's own library reads. A limit is never read as weaker than it is: any
 * number but 0 removes a right. The result is borrowed from `message`.
 * Return: AG_OK; AG_ERR_CAVEAT; AG_ERR_LIMIT. */
AG_MUST_USE enum ag_error ag_caveat_read(struct slice message, struct ag_caveat *ret_caveat);

/* Checks that every known writer would encode the caveat as its message does.
 * Return: AG_OK; AG_ERR_NOT_CANONICAL; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_caveat_check_canonical(const struct ag_caveat *caveat);

/* Appends a caveat. Its paths are in `paths`, which ag_caveat_write_path() has written. */
void ag_caveat_write(const struct ag_caveat *caveat, struct slice paths, struct buf *buf);

void ag_caveat_write_path(const struct ag_path *path, struct buf *buf);
