/* SPDX-License-Identifier: Apache-2.0
 *
 * Limiting an access to what an API key allows (docs/protocol/access-grant.md 7).
 */
#pragma once

#include "accessgrant/access.h"

/* What to do about a path that is allowed but was encrypted with another key. */
enum ag_unopened {
        AG_UNOPENED_SKIP,   /* leave it out, as Storj's library does */
        AG_UNOPENED_REFUSE, /* the key itself is in question */
};

/* Gives the access without its root key and with one entry for each path the caveats of `key`
 * leave and the access has a key for; a copy if they name none. A caveat that cannot be read
 * leaves nothing.
 * Return: AG_OK; AG_ERR_WRONG_KEY: if told to refuse; AG_ERR_CIPHER; AG_ERR_LIMIT; AG_ERR_MEMORY;
 *         AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_limit(const ag_access *access, const ag_api_key *key,
                                   enum ag_unopened unopened, ag_access **ret_access);

/* Tells whether the caveats of `key` leave the path, or something above it.
 * Return: AG_OK; AG_ERR_NO_KEY: they do not; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_limit_check(const ag_api_key *key, const struct ag_path *path);
