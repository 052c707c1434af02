/* SPDX-License-Identifier: Apache-2.0
 *
 * Limiting an access to what an API key allows (docs/protocol/access-grant.md 7).
 */
#pragma once

#include "accessgrant/access.h"

/* What to do with a path that is allowed but was encrypted with another key. */
enum ag_unopened {
        AG_UNOPENED_SKIP,   /* leave it out, as Storj's library does */
        AG_UNOPENED_REFUSE, /* fail: the key itself is wrong */
};

/* Returns the access without its root key, with one entry for each path that the caveats of `key`
 * allow and the access has a key for; a copy if they name no path. An unreadable caveat allows
 * nothing. Return: AG_OK; AG_ERR_WRONG_KEY: only with AG_UNOPENED_REFUSE; AG_ERR_CIPHER;
 * AG_ERR_LIMIT; AG_ERR_MEMORY;
 *         AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_limit(const ag_access *access, const ag_api_key *key,
                                   enum ag_unopened unopened, ag_access **ret_access);

/* Checks that the caveats of `key` allow the path, or a path above it.
 * Return: AG_OK; AG_ERR_NO_KEY: they do not; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_limit_check(const ag_api_key *key, const struct ag_path *path);
