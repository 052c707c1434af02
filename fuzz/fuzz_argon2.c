/* SPDX-License-Identifier: Apache-2.0
 *
 * Each variant of our Argon2id derives what libargon2 does. The input is the number of lanes (one
 * byte), memory beyond the least (two), and two lines: the password and more of the salt.
 */
#include <argon2.h>

#include "accessgrant/argon2/argon2id.h"
#include "accessgrant/argon2/variants.h"
#include "base/buf.h"
#include "base/macros.h"
#include "fuzz.h"

enum { HEAD = 3, LANES_MOST = 20, EXTRA_KIB_MOST = 1200 };

static void check_variants(const struct argon2id *input, const uint8_t expected[ARGON2ID_SIZE])
{
        size_t n;
        const struct argon2_variant *variants = argon2_variants(&n);

        for (size_t i = 0; i < n; i++) {
                uint8_t hash[ARGON2ID_SIZE];

                if (!variants[i].is_supported())
                        continue;
                REQUIRE(argon2id(input, variants[i].fill, hash));
                REQUIRE(memcmp(hash, expected, sizeof(hash)) == 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct slice rest = size > HEAD ? slice_new(data + HEAD, size - HEAD) : SLICE("");
        struct buf salt CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        uint8_t expected[ARGON2ID_SIZE];
        struct slice password = next_line(&rest);
        struct argon2id input = {.password = password.data,
                                 .password_size = (uint32_t)password.size};

        if (size < HEAD)
                return 0;
        buf_put(&salt, SLICE("somesalt")); /* libargon2 wants eight bytes */
        buf_put(&salt, rest);
        REQUIRE(!salt.failed);
        input.salt = buf_slice(&salt).data;
        input.salt_size = (uint32_t)buf_slice(&salt).size;
        input.lanes = 1 + data[0] % LANES_MOST;
        input.memory_kib = 8 * input.lanes + (uint32_t)(data[1] << 8 | data[2]) % EXTRA_KIB_MOST;
        REQUIRE(argon2id_hash_raw(1, input.memory_kib, input.lanes, input.password,
                                  input.password_size, input.salt, input.salt_size, expected,
                                  sizeof(expected)) == ARGON2_OK);
        input.memory = malloc((size_t)input.memory_kib * 1024);
        REQUIRE(input.memory);
        check_variants(&input, expected);
        free(input.memory);
        return 0;
}
