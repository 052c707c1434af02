/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking API keys: the first byte is the operation, the next two lines bucket and path, the rest
 * a raw key. One more caveat never allows more.
 */
#include <accessgrant.h>

#include "base/macros.h"
#include "fuzz.h"

static struct ag_bytes ag_of(struct slice slice)
{
        return ag_bytes_new(slice.data, slice.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        struct slice raw = slice_new(data, size);
        struct ag_action action = {.time = {.seconds = 1767225600}};
        enum ag_error all, none;

        if (size == 0)
                return 0;
        action.op = (enum ag_op)data[0];
        raw = slice_from(raw, 1);
        action.bucket = ag_of(next_line(&raw));
        action.encrypted = ag_of(next_line(&raw));
        if (ag_api_key_parse_raw(ag_of(raw), AG_LENIENT, &key) != AG_OK)
                return 0;
        all = ag_api_key_check(key, AG_VERSION_ALL, &action);
        none = ag_api_key_check(key, 0, &action);
        REQUIRE(all == AG_OK || none != AG_OK);
        REQUIRE(all != AG_OK ||
                (action.op >= AG_OP_READ && action.op <= AG_OP_GET_BUCKET_NOTIFICATION));
        return 0;
}
