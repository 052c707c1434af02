/* SPDX-License-Identifier: Apache-2.0
 *
 * Share prefixes: encrypting the path of one with the keys of an access, and adding its key to
 * another access.
 */
#pragma once

#include "accessgrant/access.h"

/* Appends the encrypted path of a share prefix (docs/protocol/access-grant.md 6.3); a whole bucket
 * needs no key. The prefix is used as it is, so a '/' at its end adds an empty component.
 * Return: AG_OK; AG_ERR_NO_KEY; AG_ERR_CIPHER; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_access_encrypt(const ag_access *access, const struct ag_place *share,
                                            struct buf *encrypted);

/* Adds to `access` an entry for a path, with the key that `source` has for it
 * (docs/protocol/access-grant.md 7).
 * Return: AG_OK; AG_ERR_NO_KEY; AG_ERR_WRONG_KEY: the path was encrypted with another key;
 *         AG_ERR_ACCESS: the path contradicts an entry; AG_ERR_CIPHER; AG_ERR_LIMIT; AG_ERR_MEMORY;
 *         AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_access_pass_on(const ag_access *source, const struct ag_path *path,
                                            ag_access *access);
