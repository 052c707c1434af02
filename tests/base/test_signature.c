/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures of the RFCs' own examples, and what nearly is one.
 */
#include "base/signature.h"

#include "base/arena.h"
#include "base/jwk.h"
#include "base/jwt.h"
#include "base/macros.h"
#include "test.h"

static const struct example {
        const char *jwk, *token;
} examples[] = {
        /* RFC 7515 appendix A.2 */
        {"{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
         "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0"
         "Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd"
         "S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ihl"
         "JH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}]}",
         "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
         "LmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZm"
         "h7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyT"
         "yWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqt"
         "FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Io"
         "ypGlUPQGe77Rw"},
        /* RFC 7515 appendix A.3 */
        {"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
         "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
         "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}",
         "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
         "LmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISl"
         "SApmWQxfKTUJqPP3-Kg6NU1Q"},
        /* RFC 8037 appendix A.4 */
        {"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
         "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
         "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PG"
         "cvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
};

enum { ALL = (JWT_BIT(JWT_ALGORITHMS) - 1) & ~JWT_BIT(JWT_HS256) };

static enum err verify(const struct jwk *jwk, const struct jwt *jwt)
{
        return public_key_verify(&jwk->key, jwt->algorithm, jwt->signing_input, jwt->signature);
}

static void read_example(struct arena *arena, size_t i, struct jwks *ret_keys, struct jwt *ret_jwt)
{
        CHECK_OK(jwks_read(arena, slice_from_string(examples[i].jwk), ret_keys));
        CHECK_OK(jwt_parse(slice_from_string(examples[i].token), ALL, arena, ret_jwt));
}

TEST(the_signatures_of_the_rfcs_are_right)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
                struct jwks keys;
                struct jwt jwt;

                read_example(&arena, i, &keys, &jwt);
                CHECK_OK(jwks_check(&keys));
                CHECK_OK(verify(&keys.keys[0], &jwt));
        }
}

TEST(one_bit_of_the_signature_or_the_message_makes_it_wrong)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
                struct jwks keys;
                struct jwt jwt;

                read_example(&arena, i, &keys, &jwt);
                for (size_t at = 0; at < jwt.signature.size; at += 7) {
                        ((uint8_t *)(uintptr_t)jwt.signature.data)[at] ^= 1;
                        CHECK_ERR(verify(&keys.keys[0], &jwt), ERR_NOT_AUTHENTIC);
                        ((uint8_t *)(uintptr_t)jwt.signature.data)[at] ^= 1;
                }
                jwt.signing_input = slice_to(jwt.signing_input, jwt.signing_input.size - 1);
                CHECK_ERR(verify(&keys.keys[0], &jwt), ERR_NOT_AUTHENTIC);
        }
}

TEST(a_key_checks_signatures_of_its_own_kind_only)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ARRAY_SIZE(examples); i++)
                for (int algorithm = 0; algorithm < JWT_ALGORITHMS; algorithm++) {
                        struct jwks keys;
                        struct jwt jwt;
                        enum err expected;

                        read_example(&arena, i, &keys, &jwt);
                        expected = jwt.algorithm == (enum jwt_algorithm)algorithm
                                           ? ERR_OK
                                           : ERR_NOT_AUTHENTIC;
                        jwt.algorithm = (enum jwt_algorithm)algorithm;
                        CHECK_ERR(verify(&keys.keys[0], &jwt), expected);
                }
}

/* Of any size, as far as a header lets one through. */
TEST(signatures_of_other_sizes_are_wrong)
{
        static const uint8_t bytes[RSA_MOST / 8] = {0x30, 0x45, 0x02, 0x21};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        for (size_t i = 0; i < ARRAY_SIZE(examples); i++)
                for (size_t size = 0; size <= sizeof(bytes); size++) {
                        struct jwks keys;
                        struct jwt jwt;

                        read_example(&arena, i, &keys, &jwt);
                        jwt.signature = slice_new(bytes, size);
                        CHECK_ERR(verify(&keys.keys[0], &jwt), ERR_NOT_AUTHENTIC);
                }
}
