/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of settings: durations, addresses, networks, public URLs.
 */
#include "config/address.h"
#include "config/duration.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct slice text = slice_new(data, size);
        int64_t seconds = -1;
        uint16_t port = 0;

        if (duration_parse(text, &seconds))
                REQUIRE(size > 0 && (seconds < 0) == (text.data[0] == '-' && seconds));
        if (address_parse(text, &port))
                REQUIRE(size > 2 && !slice_contains_byte(text, 0));
        else
                REQUIRE(!address_is_loopback(text));
        if (origin_url_is_valid(text))
                REQUIRE(slice_starts_with(text, SLICE("http")) && !slice_contains_byte(text, '?'));
        (void)networks_are_valid(text);
        return 0;
}
