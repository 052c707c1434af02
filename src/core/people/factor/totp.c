/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC 6238 over RFC 4226.
 */
#include "core/people/factor/totp.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/macros.h"

int64_t totp_step(struct instant at)
{
        return instant_seconds(at) / TOTP_PERIOD;
}

/* RFC 4226 section 5.3. */
static uint32_t truncate(const uint8_t mac[SHA1_SIZE])
{
        const uint8_t *part = mac + (mac[SHA1_SIZE - 1] & 15);

        return (uint32_t)(part[0] & 127) << 24 | (uint32_t)part[1] << 16 | (uint32_t)part[2] << 8 |
               part[3];
}

void totp_code(struct secret key, int64_t step, uint8_t ret_digits[TOTP_DIGITS])
{
        struct buf counter CLEANUP(buf_deinit) = BUF_LOCAL(INT64_SIZE);
        uint8_t mac[SHA1_SIZE];
        uint32_t number;

        int64_encode(&counter, step);
        crypto_hmac_sha1(secret_reveal(key), buf_slice(&counter), mac);
        number = truncate(mac);
        for (size_t i = TOTP_DIGITS; i-- > 0; number /= 10)
                ret_digits[i] = (uint8_t)('0' + number % 10);
        wipe(mac, sizeof(mac));
}

bool totp_match(struct secret key, struct slice digits, struct instant at, int64_t *ret_step)
{
        int64_t now = totp_step(at);
        bool found = false;

        for (int64_t step = now - TOTP_DRIFT; step <= now + TOTP_DRIFT; step++) {
                uint8_t code[TOTP_DIGITS];

                totp_code(key, step, code);
                if (crypto_equal(SLICE_ARRAY(code), digits)) {
                        *ret_step = step;
                        found = true;
                }
                wipe(code, sizeof(code));
        }
        return found;
}
