/* SPDX-License-Identifier: Apache-2.0
 *
 * Removing the encryption keys from a grant, and setting the keys of its paths again.
 */
#include "accessgrant/access.h"
#include "accessgrant/api_key.h"
#include "accessgrant/grant.h"
#include "accessgrant/limit.h"
#include "base/macros.h"

static bool has_any_key(const ag_access *access)
{
        return access->has_root_key || access->n_entries > 0;
}

enum ag_error ag_grant_set_key(const ag_grant *grant, const uint8_t root_key[AG_KEY_SIZE],
                               ag_grant **ret_grant)
{
        ag_access *whole CLEANUP(ag_access_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        if (has_any_key(ag_grant_source(grant)))
                return AG_ERR_HAS_KEY;
        if (ag_api_key_is_unreadable(grant->key))
                return AG_ERR_CAVEAT;
        TRY(ag_access_new(root_key, grant->access->path_cipher, &whole));
        TRY(ag_limit(whole, grant->key, AG_UNOPENED_REFUSE, &limited));
        TRY(ag_api_key_copy(grant->key, &key));
        return ag_grant_make(buf_slice(&grant->satellite), &key, &limited, ret_grant);
}

enum ag_error ag_grant_remove_key(const ag_grant *grant, ag_grant **ret_grant)
{
        ag_access *empty CLEANUP(ag_access_freep) = NULL;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        TRY(ag_access_make(grant->access->path_cipher, &empty));
        TRY(ag_api_key_copy(grant->key, &key));
        return ag_grant_make(buf_slice(&grant->satellite), &key, &empty, ret_grant);
}
