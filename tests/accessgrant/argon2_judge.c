/* SPDX-License-Identifier: Apache-2.0
 *
 * argon2_judge KIB LANES PASSWORD SALT: what libargon2 derives, in hex.
 */
#include <argon2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_SIZE = 32 };

int main(int argc, char **argv)
{
        uint8_t hash[HASH_SIZE];

        if (argc != 5 ||
            argon2id_hash_raw(1, (uint32_t)strtoul(argv[1], NULL, 10),
                              (uint32_t)strtoul(argv[2], NULL, 10), argv[3], strlen(argv[3]),
                              argv[4], strlen(argv[4]), hash, sizeof(hash)) != ARGON2_OK)
                return EXIT_FAILURE;
        for (size_t i = 0; i < sizeof(hash); i++)
                (void)printf("%02x", hash[i]);
        (void)printf("\n");
        return EXIT_SUCCESS;
}
