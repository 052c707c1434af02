/* SPDX-License-Identifier: Apache-2.0
 *
 * Times and dates: what is read is written again as the same second.
 */
#include "base/clock.h"
#include "base/macros.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);
        struct slice input = slice_new(data, size);
        int64_t seconds = 0, again = 0;
        int32_t nanos = 0;

        if (date_decode(input, &seconds)) {
                instant_encode(&text, (struct instant){seconds * 1000});
                REQUIRE(slice_equal(slice_to(buf_slice(&text), 10), input));
                return 0;
        }
        if (!time_decode(input, &seconds, &nanos))
                return 0;
        REQUIRE(seconds >= 0 && nanos >= 0 && nanos < 1000000000);
        instant_encode(&text, (struct instant){seconds * 1000});
        if (text.failed)
                return 0; /* a zone behind UTC in the last hours of 9999 */
        REQUIRE(time_decode(buf_slice(&text), &again, &nanos) && again == seconds);
        return 0;
}
