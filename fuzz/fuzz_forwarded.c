/* SPDX-License-Identifier: Apache-2.0
 *
 * Trusted proxies: the first line is the networks, the second the peer, the rest X-Forwarded-For.
 */
#include "base/macros.h"
#include "fuzz.h"
#include "http/forwarded.h"

/* The result is written to the log and the audit trail. */
static bool is_address_text(struct slice text)
{
        return text.size <= 45 && slice_consists_of(text, ":.");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(4 << 20);
        struct slice forwarded_for = slice_new(data, size);
        struct slice trusted = next_line(&forwarded_for);
        struct slice peer = next_line(&forwarded_for);
        struct networks networks;
        struct slice client;

        if (!networks_parse(&arena, trusted, &networks))
                return 0;
        client = forwarded_client(&arena, &networks, peer, forwarded_for);
        REQUIRE(slice_equal(client, peer) || is_address_text(client));
        return 0;
}
