/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of grants.
 */
#pragma once

#include "accessgrant/words.h"

struct ag_grant {
        struct buf satellite;
        ag_api_key *key;
        ag_access *access; /* limited to what `key` allows; what is written */
        ag_access *source; /* what ag_grant_restrict() starts from; NULL: from `access` */
        bool leaked_root_key;
};

/* Builds a grant from its parts. On success it owns `*key` and `*access`, which become NULL.
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_grant_make(struct slice satellite, ag_api_key **key,
                                        ag_access **access, ag_grant **ret_grant);

/* Return: the access from which the keys of new share prefixes are derived. */
static inline const ag_access *ag_grant_source(const ag_grant *grant)
{
        return grant->source ? grant->source : grant->access;
}
