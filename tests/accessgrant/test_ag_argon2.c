/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernel of Argon2id beside libargon2, in every variant that this processor can run. Valgrind
 * shows the program a processor without AVX-512.
 */
#include "test.h"

#include <argon2.h>
#include <openssl/evp.h>

#include "accessgrant/argon2/argon2id.h"
#include "accessgrant/argon2/blake2b.h"
#include "accessgrant/argon2/variants.h"

enum { CASES = 20, TEXT_MOST = 300, LANES_MOST = 20, SPREAD_KIB = 1500 };

/* The same inputs in each run, so that a failure can be repeated. */
static uint32_t some(uint32_t *seed, uint32_t below)
{
        *seed = *seed * 1664525 + 1013904223;
        return (*seed >> 8) % below;
}

static void bytes_make(uint32_t *seed, uint8_t *bytes, size_t size)
{
        for (size_t i = 0; i < size; i++)
                bytes[i] = (uint8_t)some(seed, 256);
}

static void check_against(const struct argon2id *input, const uint8_t expected[ARGON2ID_SIZE])
{
        size_t n;
        const struct argon2_variant *variants = argon2_variants(&n);

        for (size_t i = 0; i < n; i++) {
                uint8_t hash[ARGON2ID_SIZE];

                if (!variants[i].is_supported())
                        continue;
                CHECK(argon2id(input, variants[i].fill, hash));
                if (memcmp(hash, expected, sizeof(hash)) == 0)
                        continue;
                print_error("%s, %u KiB, %u lanes\n", variants[i].name, input->memory_kib,
                            input->lanes);
                fail();
        }
}

static void check_as_libargon2(struct argon2id *input)
{
        uint8_t expected[ARGON2ID_SIZE];

        CHECK_INT(argon2id_hash_raw(1, input->memory_kib, input->lanes, input->password,
                                    input->password_size, input->salt, input->salt_size, expected,
                                    sizeof(expected)),
                  ARGON2_OK);
        input->memory = malloc((size_t)input->memory_kib * 1024);
        CHECK(input->memory);
        check_against(input, expected);
        free(input->memory);
}

TEST(every_variant_derives_as_libargon2_does)
{
        uint32_t seed = 18;

        for (int i = 0; i < CASES; i++) {
                uint8_t password[TEXT_MOST], salt[TEXT_MOST];
                struct argon2id input = {.password = password, .salt = salt};

                bytes_make(&seed, password, sizeof(password));
                bytes_make(&seed, salt, sizeof(salt));
                input.password_size = some(&seed, TEXT_MOST + 1);
                input.salt_size = 8 + some(&seed, TEXT_MOST - 8 + 1); /* libargon2's least is 8 */
                input.lanes = 1 + some(&seed, LANES_MOST);
                input.memory_kib = 8 * input.lanes + some(&seed, SPREAD_KIB);
                check_as_libargon2(&input);
        }
}

/* The least memory, where a segment is two blocks; and around multiples of what a block of
 * addresses is enough for, and of the lanes that advance together. */
TEST(every_variant_is_right_at_the_edges)
{
        static const struct {
                uint32_t lanes, memory_kib;
        } edges[] = {{1, 8},    {1, 11},   {1, 12},   {1, 511},   {1, 512},   {1, 516},
                     {1, 1024}, {1, 1028}, {7, 56},   {8, 64},    {8, 4096},  {8, 4128},
                     {9, 72},   {16, 128}, {17, 136}, {17, 8840}, {300, 2400}};

        for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++) {
                struct argon2id input = {.salt = (const uint8_t *)"somesalt",
                                         .salt_size = 8,
                                         .lanes = edges[i].lanes,
                                         .memory_kib = edges[i].memory_kib};

                check_as_libargon2(&input);
        }
}

/* From the tests of libargon2, the one with a single pass. */
TEST(the_published_hash_comes_out)
{
        uint8_t hash[ARGON2ID_SIZE];
        struct argon2id input = {.password = (const uint8_t *)"password",
                                 .password_size = 8,
                                 .salt = (const uint8_t *)"somesalt",
                                 .salt_size = 8,
                                 .lanes = 1,
                                 .memory_kib = 65536,
                                 .memory = malloc(65536 * 1024)};

        CHECK(input.memory);
        CHECK(argon2id(&input, argon2_fill_choose(), hash));
        CHECK_HEX(SLICE_ARRAY(hash),
                  "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98");
        free(input.memory);
}

TEST(what_argon2_does_not_allow_is_refused)
{
        static const struct {
                uint32_t lanes, memory_kib;
        } wrong[] = {{0, 64}, {8, 63}, {1, 7}, {1 << 24, UINT32_MAX}, {UINT32_MAX, 64}};

        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
                uint8_t hash[ARGON2ID_SIZE] = {1};
                struct argon2id input = {.lanes = wrong[i].lanes,
                                         .memory_kib = wrong[i].memory_kib};

                CHECK(!argon2id(&input, argon2_fill_choose(), hash));
                CHECK_INT(hash[0], 1);
        }
}

TEST(the_first_variant_that_runs_here_is_chosen)
{
        size_t n, i = 0;
        const struct argon2_variant *variants = argon2_variants(&n);

        CHECK(variants[n - 1].is_supported());
        while (!variants[i].is_supported())
                i++;
        CHECK(argon2_fill_choose() == variants[i].fill);
}

/* --- BLAKE2b --- */

static void check_blake2b(size_t size, const char *text, const char *hex)
{
        struct blake2b hash;
        uint8_t digest[BLAKE2B_SIZE];

        blake2b_begin(&hash, size);
        blake2b_add(&hash, text, strlen(text));
        blake2b_end(&hash, digest);
        CHECK_HEX(slice_new(digest, size), hex);
}

/* The first is from RFC 7693 appendix A, the others from its authors' program. */
TEST(blake2b_gives_what_is_published)
{
        check_blake2b(64, "abc",
                      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
        check_blake2b(32, "abc",
                      "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
        check_blake2b(32, "", "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

TEST(blake2b_is_the_same_in_pieces_and_from_libcrypto)
{
        uint8_t data[3 * BLAKE2B_BLOCK + 1];
        uint32_t seed = 7693;

        bytes_make(&seed, data, sizeof(data));
        for (size_t size = 0; size <= sizeof(data); size++) {
                uint8_t expected[BLAKE2B_SIZE], digest[BLAKE2B_SIZE];
                size_t cut = some(&seed, (uint32_t)size + 1);
                struct blake2b hash;

                CHECK_INT(EVP_Digest(data, size, expected, NULL, EVP_blake2b512(), NULL), 1);
                blake2b_begin(&hash, BLAKE2B_SIZE);
                blake2b_add(&hash, data, cut);
                blake2b_add(&hash, data + cut, size - cut);
                blake2b_end(&hash, digest);
                assert_memory_equal(digest, expected, sizeof(digest));
        }
}
