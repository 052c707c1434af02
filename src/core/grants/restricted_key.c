/* SPDX-License-Identifier: Apache-2.0
 *
 * Appending caveats with libaccessgrant.
 */
#include "core/grants/restricted_key.h"

#include "accessgrant/api_key.h"
#include "base/macros.h"
#include "core/ag_words.h"
#include "core/ids.h"

/* An imported key may have been read leniently. */
static enum err key_read(struct secret api_key, ag_api_key **ret)
{
        return ag_api_key_parse_raw(ag_of(secret_reveal(api_key)), AG_LENIENT, ret) == AG_OK
                       ? ERR_OK
                       : ERR_INTERNAL;
}

enum err restricted_key_make(struct arena *arena, struct secret api_key, struct slice caveat,
                             struct secret *ret)
{
        ag_api_key *parent CLEANUP(ag_api_key_freep) = NULL;
        ag_api_key *child CLEANUP(ag_api_key_freep) = NULL;
        enum ag_error error;

        TRY(key_read(api_key, &parent));
        error = ag_api_key_restrict(parent, caveat, &child);
        if (error == AG_ERR_LIMIT)
                return ERR_API_KEY_FULL;
        if (error != AG_OK)
                return ERR_INTERNAL;
        *ret = secret_copy(arena, slice_of(ag_api_key_raw(child)));
        return arena_check(arena);
}

enum err restricted_key_fresh(const struct entropy_port *entropy, struct arena *arena,
                              struct secret api_key, struct secret *ret)
{
        /* Field 30, bytes, 16 of them. */
        uint8_t caveat[3 + UUID_SIZE] = {0xf2, 0x01, UUID_SIZE};

        entropy->fill(entropy->context, caveat + 3, UUID_SIZE);
        return restricted_key_make(arena, api_key, SLICE_ARRAY(caveat), ret);
}

enum err restricted_key_tail(struct arena *arena, struct secret api_key, struct slice *ret)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        TRY(key_read(api_key, &key));
        *ret = arena_copy(arena, slice_of(ag_api_key_tail(key)));
        return arena_check(arena);
}
