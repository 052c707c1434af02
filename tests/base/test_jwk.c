/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of public keys: what is kept of one, and what is refused.
 */
#include "base/jwk.h"

#include "base/macros.h"
#include "test.h"

#define X  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define Y  "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC "\"kty\":\"EC\",\"crv\":\"P-256\"," X "," Y
#define OKP                                                                                        \
        "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_"                               \
        "7TyWQHOg7hcvPapiMlrwIaaPcHURo\""

static enum err keep(struct arena *arena, const char *text, struct slice *ret)
{
        struct jwks keys;

        TRY(jwks_read(arena, slice_from_string(text), &keys));
        TRY(jwks_check(&keys));
        *ret = jwks_text(arena, &keys);
        return ERR_OK;
}

static enum err read_set(const char *text)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice kept;

        return keep(&arena, text, &kept);
}

/* A set of one key with these members. */
static enum err read_key(const char *members)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 14);
        struct slice kept;

        buf_put_string(&text, "{\"keys\":[{");
        buf_put_string(&text, members);
        buf_put_string(&text, "}]}");
        return keep(&arena, arena_string(&arena, buf_slice(&text)), &kept);
}

/* A set of one RSA key, whose modulus has this many bytes, from `first` to `last`. */
static enum err read_rsa(size_t size, uint8_t first, uint8_t last, const char *exponent)
{
        struct buf modulus CLEANUP(buf_deinit) = BUF_INIT(1024);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 14);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);

        buf_put_byte(&modulus, first);
        for (size_t i = 2; i < size; i++)
                buf_put_byte(&modulus, 0xa5);
        buf_put_byte(&modulus, last);
        buf_put_string(&text, "\"kty\":\"RSA\",\"n\":\"");
        base64url_encode(&text, buf_slice(&modulus));
        buf_put_string(&text, "\",\"e\":\"");
        buf_put_string(&text, exponent);
        buf_put_string(&text, "\"");
        return read_key(arena_string(&arena, buf_slice(&text)));
}

TEST(of_a_set_what_is_needed_is_kept)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct slice kept;

        CHECK_OK(keep(
                &arena,
                "{\"keys\":[{\"use\":\"sig\",\"key_ops\":[\"verify\"],\"kid\":\"a\",\"x5c\":[],"
                "\"alg\":\"ES256\"," EC "},{\"kid\":\"b\"," OKP "}],\"more\":1}",
                &kept));
        CHECK_TEXT(kept, "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"," X "," Y
                         ",\"kid\":\"a\",\"alg\":\"ES256\"},{" OKP ",\"kid\":\"b\"}]}");
}

TEST(private_and_symmetric_keys_are_called_that)
{
        CHECK_ERR(read_key(EC ",\"d\":\"AAAA\""), ERR_JWK_PRIVATE);
        CHECK_ERR(read_key(EC ",\"d\":null"), ERR_JWK_PRIVATE);
        CHECK_ERR(read_key(OKP ",\"d\":\"AAAA\""), ERR_JWK_PRIVATE);
        CHECK_ERR(read_key("\"kty\":\"RSA\",\"p\":\"AAAA\""), ERR_JWK_PRIVATE);
        CHECK_ERR(read_key("\"kty\":\"RSA\",\"oth\":[]"), ERR_JWK_PRIVATE);
        CHECK_ERR(read_key("\"kty\":\"oct\",\"k\":\"AAAA\""), ERR_JWK_PRIVATE);
}

TEST(other_kinds_and_curves_are_refused)
{
        CHECK_ERR(read_key("\"kty\":\"oct\""), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-384\"," X "," Y), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"secp256k1\"," X "," Y), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"Ed25519\"," X), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"OKP\",\"crv\":\"X25519\"," X), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"OKP\",\"crv\":\"Ed448\"," X), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":\"ec\",\"crv\":\"P-256\"," X "," Y), ERR_JWK_KIND);
        CHECK_ERR(read_key("\"kty\":7"), ERR_JWK_KIND);
        CHECK_ERR(read_key(X), ERR_JWK_KIND);
}

TEST(numbers_that_are_no_key_are_refused)
{
        CHECK_OK(read_key(EC));
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-256\"," X), ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-256\"," X
                           ",\"y\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""),
                  ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\"," Y),
                  ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA==\"," Y),
                  ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":7," Y), ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\""),
                  ERR_JWK_MALFORMED);
        CHECK_ERR(read_key("\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\""), ERR_JWK_MALFORMED);
}

static enum err read_ed25519(const char *x)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
        buf_put_string(&text, x);
        buf_put_string(&text, "\"");
        buf_put_byte(&text, 0);
        return read_key((const char *)buf_slice(&text).data);
}

/* With a key of a small order anybody can sign. */
TEST(an_ed25519_key_is_a_point_of_a_large_order)
{
        static const char *const bad[][2] = {
                {"order 1", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                {"the same, with a sign", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"},
                {"order 2", "7P_______________________________________38"},
                {"order 4", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                {"order 4", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"},
                {"order 8", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU"},
                {"order 8", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o"},
                {"no point", "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                {"not reduced", "8P_______________________________________38"},
                {"not reduced", "__________________________________________8"},
        };

        CHECK_OK(read_key(OKP));
        CHECK_OK(read_ed25519("AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        CHECK_OK(read_ed25519("AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"));
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK_ERR(read_ed25519(bad[i][1]), ERR_JWK_MALFORMED);
}

TEST(an_rsa_key_has_2048_to_4096_bits_and_an_odd_exponent_of_4_bytes)
{
        CHECK_ERR(read_rsa(256, 0x7f, 1, "AQAB"), ERR_JWK_WEAK);
        CHECK_ERR(read_rsa(128, 0xff, 1, "AQAB"), ERR_JWK_WEAK);
        CHECK_ERR(read_rsa(513, 1, 1, "AQAB"), ERR_JWK_WEAK);
        CHECK_ERR(read_rsa(800, 0xff, 1, "AQAB"), ERR_JWK_WEAK);
        CHECK_ERR(read_rsa(256, 0x80, 1, "AQ"), ERR_JWK_WEAK);          /* 1 */
        CHECK_ERR(read_rsa(256, 0x80, 1, "AQAAAAE"), ERR_JWK_WEAK);     /* 2^32 + 1 */
        CHECK_ERR(read_rsa(256, 0x80, 1, "AAEAAQ"), ERR_JWK_MALFORMED); /* a zero in front */
        CHECK_ERR(read_rsa(257, 0, 1, "AQAB"), ERR_JWK_MALFORMED);
        CHECK_ERR(read_rsa(256, 0x80, 1, "AQAA"), ERR_JWK_MALFORMED); /* even */
        CHECK_ERR(read_rsa(256, 0x80, 2, "AQAB"), ERR_JWK_MALFORMED);
}

TEST(a_key_for_something_else_than_checking_signatures_is_refused)
{
        CHECK_ERR(read_key(EC ",\"use\":\"enc\""), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"use\":null"), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"key_ops\":[\"sign\"]"), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"key_ops\":\"verify\""), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"alg\":\"RS256\""), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"alg\":\"HS256\""), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"alg\":\"none\""), ERR_JWK_USE);
        CHECK_ERR(read_key(EC ",\"alg\":7"), ERR_JWK_USE);
}

TEST(each_of_several_keys_has_an_id_of_its_own)
{
        CHECK_OK(read_set("{\"keys\":[{\"kid\":\"a\"," EC "},{\"kid\":\"b\"," EC "}]}"));
        CHECK_ERR(read_set("{\"keys\":[{\"kid\":\"a\"," EC "},{\"kid\":\"a\"," EC "}]}"),
                  ERR_JWK_ID);
        CHECK_ERR(read_set("{\"keys\":[{\"kid\":\"a\"," EC "},{" EC "}]}"), ERR_JWK_ID);
        CHECK_ERR(read_key(EC ",\"kid\":\"\""), ERR_JWK_ID);
        CHECK_ERR(read_key(EC ",\"kid\":7"), ERR_JWK_ID);
        CHECK_ERR(read_key(EC ",\"kid\":\"a\\nb\""), ERR_JWK_ID);
}

TEST(a_set_has_one_to_four_keys)
{
        CHECK_ERR(read_set("{}"), ERR_JWKS_MALFORMED);
        CHECK_ERR(read_set("{\"keys\":[]}"), ERR_JWKS_MALFORMED);
        CHECK_ERR(read_set("{\"keys\":{}}"), ERR_JWKS_MALFORMED);
        CHECK_ERR(read_set("{\"keys\":[7]}"), ERR_JWKS_MALFORMED);
        CHECK_ERR(read_set("[]"), ERR_JWKS_MALFORMED);
        CHECK_ERR(read_set("{\"keys\":[{" EC "},{" EC "},{" EC "},{" EC "},{" EC "}]}"),
                  ERR_JWKS_MALFORMED);
        CHECK_ERR(read_key(EC "," X), ERR_JWKS_MALFORMED); /* twice */
}

TEST(a_kid_chooses_among_keys_and_its_absence_none)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct jwks keys;

        CHECK_OK(jwks_read(&arena,
                           SLICE("{\"keys\":[{\"kid\":\"a\"," EC "},{\"kid\":\"b\"," OKP "}]}"),
                           &keys));
        CHECK(jwk_fits(&keys.keys[0], JWT_ES256, SLICE("a")));
        CHECK(jwk_fits(&keys.keys[0], JWT_ES256, (struct slice){0}));
        CHECK(!jwk_fits(&keys.keys[0], JWT_ES256, SLICE("b")));
        CHECK(!jwk_fits(&keys.keys[0], JWT_ES256, SLICE("")));
        CHECK(!jwk_fits(&keys.keys[0], JWT_EDDSA, SLICE("a")));
        CHECK(jwk_fits(&keys.keys[1], JWT_EDDSA, (struct slice){0}));
        CHECK_OK(jwks_read(&arena, SLICE("{\"keys\":[{\"alg\":\"ES256\"," EC "}]}"), &keys));
        CHECK(jwk_fits(&keys.keys[0], JWT_ES256, SLICE("any")));
        CHECK(!jwk_fits(&keys.keys[0], JWT_HS256, (struct slice){0}));
}
