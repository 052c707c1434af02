/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys that the library reads but would not write.
 */
#pragma once

#include <accessgrant.h>

#include "accessgrant/api_key.h"
#include "base/secret.h"
#include "test.h"

/* The text of a key with one more caveat, whatever is in it. */
static inline struct secret odd_key(struct arena *arena, struct secret text, struct slice caveat)
{
        struct slice whole = secret_reveal(text);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_api_key *odd CLEANUP(ag_api_key_freep) = NULL;
        char *ret CLEANUP(ag_text_freep) = NULL;

        CHECK_INT(ag_api_key_parse(ag_bytes_new(whole.data, whole.size), AG_STRICT, &key), AG_OK);
        CHECK_INT(ag_api_key_restrict(key, caveat, &odd), AG_OK);
        CHECK_INT(ag_api_key_text(odd, &ret), AG_OK);
        return secret_copy(arena, slice_from_string(ret));
}
