/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions on API keys that only the library uses.
 */
#pragma once

#include "accessgrant/words.h"

/* Return: AG_OK; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_api_key_copy(const ag_api_key *key, ag_api_key **ret_key);

/* The key with one more caveat, which must be well-formed (docs/protocol/access-grant.md 6.4).
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_api_key_restrict(const ag_api_key *key, struct slice caveat,
                                              ag_api_key **ret_key);

/* Return: the number of paths in all readable caveats. */
size_t ag_api_key_n_paths(const ag_api_key *key);

/* Return: whether a caveat is unreadable, so that the key allows nothing. */
bool ag_api_key_is_unreadable(const ag_api_key *key);
