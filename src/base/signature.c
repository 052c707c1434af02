/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys through libcrypto's EVP: no arithmetic of our own.
 */
#include "base/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/macros.h"

#define CLEANUP_OF(type, free_function)                                                            \
        static void type##_freep(type **object)                                                    \
        {                                                                                          \
                free_function(*object);                                                            \
        }

CLEANUP_OF(EVP_PKEY, EVP_PKEY_free)
CLEANUP_OF(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
CLEANUP_OF(EVP_MD_CTX, EVP_MD_CTX_free)
CLEANUP_OF(BIGNUM, BN_free)
CLEANUP_OF(ECDSA_SIG, ECDSA_SIG_free)
CLEANUP_OF(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
CLEANUP_OF(OSSL_PARAM, OSSL_PARAM_free)

enum {
        POINT_SIZE = 1 + 2 * P256_SIZE,
        /* A SEQUENCE of two INTEGERs, each of which may need a zero in front. */
        DER_SIZE = 2 + 2 * (2 + 1 + P256_SIZE),
};

/* What libcrypto did not do, and forgets about. */
static enum err failed(enum err refusal)
{
        unsigned long code;

        while ((code = ERR_get_error()))
                if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
                        refusal = ERR_OUT_OF_MEMORY;
        return refusal;
}

bool public_key_fits(enum public_key_kind kind, enum jwt_algorithm algorithm)
{
        switch (algorithm) {
        case JWT_ES256:
                return kind == PUBLIC_KEY_P256;
        case JWT_EDDSA:
                return kind == PUBLIC_KEY_ED25519;
        case JWT_PS256:
        case JWT_RS256:
                return kind == PUBLIC_KEY_RSA;
        case JWT_HS256:
        case JWT_NO_ALGORITHM:
        case JWT_ALGORITHMS:
                break;
        }
        return false;
}

/* --- sizes --- */

static size_t bits_of(struct slice number)
{
        size_t bits = number.size * 8;

        for (uint8_t first = number.size ? number.data[0] : 0; first && !(first & 0x80);
             first <<= 1)
                bits--;
        return bits;
}

static bool is_odd(struct slice number)
{
        return number.size && (number.data[number.size - 1] & 1);
}

static bool is_minimal(struct slice number)
{
        return number.size && number.data[0];
}

/* With an exponent of one every text is its own signature. */
static enum err rsa_check(const struct public_key *key)
{
        bool is_one = key->exponent.size == 1 && key->exponent.data[0] == 1;

        if (!is_minimal(key->modulus) || !is_minimal(key->exponent))
                return ERR_JWK_MALFORMED;
        if (bits_of(key->modulus) < RSA_LEAST || bits_of(key->modulus) > RSA_MOST ||
            key->exponent.size > RSA_EXPONENT_SIZE || is_one)
                return ERR_JWK_WEAK;
        return is_odd(key->modulus) && is_odd(key->exponent) ? ERR_OK : ERR_JWK_MALFORMED;
}

static enum err sizes_check(const struct public_key *key)
{
        switch (key->kind) {
        case PUBLIC_KEY_P256:
                return key->x.size == P256_SIZE && key->y.size == P256_SIZE ? ERR_OK
                                                                            : ERR_JWK_MALFORMED;
        case PUBLIC_KEY_ED25519:
                return key->x.size == ED25519_SIZE ? ERR_OK : ERR_JWK_MALFORMED;
        case PUBLIC_KEY_RSA:
                return rsa_check(key);
        }
        return ERR_JWK_MALFORMED;
}

/* --- the key as libcrypto has it --- */

static EVP_PKEY *key_from(const char *type, OSSL_PARAM *parameters)
{
        EVP_PKEY_CTX *context CLEANUP(EVP_PKEY_CTX_freep) =
                EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
        EVP_PKEY *key = NULL;

        if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1 ||
            EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
                return NULL;
        return key;
}

static EVP_PKEY *p256_import(const struct public_key *key)
{
        static char curve[] = "prime256v1";
        uint8_t point[POINT_SIZE] = {POINT_CONVERSION_UNCOMPRESSED};
        OSSL_PARAM parameters[] = {
                OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
                OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
                OSSL_PARAM_construct_end(),
        };

        memcpy(point + 1, key->x.data, P256_SIZE);
        memcpy(point + 1 + P256_SIZE, key->y.data, P256_SIZE);
        return key_from("EC", parameters);
}

static EVP_PKEY *rsa_import(const struct public_key *key)
{
        BIGNUM *modulus CLEANUP(BIGNUM_freep) =
                BN_bin2bn(key->modulus.data, (int)key->modulus.size, NULL);
        BIGNUM *exponent CLEANUP(BIGNUM_freep) =
                BN_bin2bn(key->exponent.data, (int)key->exponent.size, NULL);
        OSSL_PARAM_BLD *builder CLEANUP(OSSL_PARAM_BLD_freep) = OSSL_PARAM_BLD_new();
        OSSL_PARAM *parameters CLEANUP(OSSL_PARAM_freep) = NULL;

        if (!modulus || !exponent || !builder ||
            !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) ||
            !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent))
                return NULL;
        parameters = OSSL_PARAM_BLD_to_param(builder);
        return key_from("RSA", parameters);
}

static EVP_PKEY *import(const struct public_key *key)
{
        switch (key->kind) {
        case PUBLIC_KEY_P256:
                return p256_import(key);
        case PUBLIC_KEY_ED25519:
                return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->x.data,
                                                   key->x.size);
        case PUBLIC_KEY_RSA:
                return rsa_import(key);
        }
        return NULL;
}

/* --- points of Ed25519, which libcrypto takes as they come --- */

/* The curve is x^2 = (y^2 - 1) / (d y^2 + 1) modulo p. */
struct ed25519 {
        BN_CTX *context;
        BIGNUM *p, *d, *y;
};

static bool ed25519_read(struct ed25519 *curve, struct slice point)
{
        uint8_t y[ED25519_SIZE];

        memcpy(y, point.data, sizeof(y));
        y[ED25519_SIZE - 1] &= 0x7f; /* without the sign of x */
        return BN_hex2bn(&curve->p, "7fffffffffffffffffffffffffffffff"
                                    "ffffffffffffffffffffffffffffffed") &&
               BN_hex2bn(&curve->d, "52036cee2b6ffe738cc740797779e898"
                                    "00700a4d4141d8ab75eb4dca135978a3") &&
               BN_lebin2bn(y, sizeof(y), curve->y);
}

/* The quotient is a square if the product is; 0 belongs to the points of order 1 and 2. */
static bool ed25519_has_x(const struct ed25519 *curve)
{
        BIGNUM *square = BN_CTX_get(curve->context), *product = BN_CTX_get(curve->context);

        return product && BN_mod_sqr(square, curve->y, curve->p, curve->context) &&
               BN_mod_mul(product, curve->d, square, curve->p, curve->context) &&
               BN_add_word(product, 1) && BN_sub_word(square, 1) &&
               BN_mod_mul(product, product, square, curve->p, curve->context) &&
               BN_kronecker(product, curve->p, curve->context) == 1;
}

/* The y of the points of order 4 and 8. With a key of a small order anybody can sign. */
static bool ed25519_is_weak(const struct ed25519 *curve)
{
        static const char *const weak[] = {
                "0", "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
                "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7"};
        BIGNUM *one = BN_CTX_get(curve->context);

        for (size_t i = 0; i < ARRAY_SIZE(weak); i++)
                if (!one || !BN_hex2bn(&one, weak[i]) || BN_cmp(one, curve->y) == 0)
                        return true;
        return false;
}

static enum err ed25519_check(const struct public_key *key)
{
        struct ed25519 curve = {.context = BN_CTX_new()};
        enum err error = ERR_JWK_MALFORMED;

        if (!curve.context)
                return failed(ERR_OUT_OF_MEMORY);
        BN_CTX_start(curve.context);
        curve.p = BN_CTX_get(curve.context);
        curve.d = BN_CTX_get(curve.context);
        curve.y = BN_CTX_get(curve.context);
        if (curve.y && ed25519_read(&curve, key->x) && BN_cmp(curve.y, curve.p) < 0 &&
            ed25519_has_x(&curve) && !ed25519_is_weak(&curve))
                error = ERR_OK;
        BN_CTX_end(curve.context);
        BN_CTX_free(curve.context);
        return error == ERR_OK ? ERR_OK : failed(error);
}

enum err public_key_check(const struct public_key *key)
{
        EVP_PKEY *imported CLEANUP(EVP_PKEY_freep) = NULL;
        EVP_PKEY_CTX *context CLEANUP(EVP_PKEY_CTX_freep) = NULL;

        TRY(sizes_check(key));
        if (key->kind == PUBLIC_KEY_ED25519)
                return ed25519_check(key);
        imported = import(key);
        context = imported ? EVP_PKEY_CTX_new(imported, NULL) : NULL;
        return context && EVP_PKEY_public_check(context) == 1 ? ERR_OK : failed(ERR_JWK_MALFORMED);
}

/* --- signatures --- */

/* From the two halves of RFC 7518 section 3.4 to what libcrypto reads. */
static bool ecdsa_encode(struct slice signature, uint8_t ret_der[DER_SIZE], size_t *ret_size)
{
        ECDSA_SIG *both CLEANUP(ECDSA_SIG_freep) = ECDSA_SIG_new();
        BIGNUM *r CLEANUP(BIGNUM_freep) = BN_bin2bn(signature.data, P256_SIZE, NULL);
        BIGNUM *s CLEANUP(BIGNUM_freep) = BN_bin2bn(signature.data + P256_SIZE, P256_SIZE, NULL);
        uint8_t *end = ret_der;
        int size;

        if (!both || !r || !s || ECDSA_SIG_set0(both, r, s) != 1)
                return false;
        r = s = NULL; /* they are its own now */
        size = i2d_ECDSA_SIG(both, &end);
        *ret_size = size > 0 ? (size_t)size : 0;
        return size > 0;
}

/* RFC 7518 section 3.5: the salt is as long as the hash. */
static bool pss_set(EVP_PKEY_CTX *context)
{
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static bool is_right(EVP_PKEY *key, enum jwt_algorithm algorithm, struct slice message,
                     struct slice signature)
{
        EVP_MD_CTX *context CLEANUP(EVP_MD_CTX_freep) = EVP_MD_CTX_new();
        const EVP_MD *hash = algorithm == JWT_EDDSA ? NULL : EVP_sha256();
        uint8_t der[DER_SIZE];
        EVP_PKEY_CTX *options;

        if (algorithm == JWT_ES256) {
                size_t size;

                if (signature.size != (size_t)2 * P256_SIZE || !ecdsa_encode(signature, der, &size))
                        return false;
                signature = slice_new(der, size);
        }
        return context && EVP_DigestVerifyInit(context, &options, hash, NULL, key) == 1 &&
               (algorithm != JWT_PS256 || pss_set(options)) &&
               EVP_DigestVerify(context, signature.data, signature.size, message.data,
                                message.size) == 1;
}

enum err public_key_verify(const struct public_key *key, enum jwt_algorithm algorithm,
                           struct slice message, struct slice signature)
{
        EVP_PKEY *imported CLEANUP(EVP_PKEY_freep) = NULL;

        if (!public_key_fits(key->kind, algorithm) || sizes_check(key) != ERR_OK)
                return ERR_NOT_AUTHENTIC;
        imported = import(key);
        return imported && is_right(imported, algorithm, message, signature)
                       ? ERR_OK
                       : failed(ERR_NOT_AUTHENTIC);
}

/* --- signing --- */

/* From libcrypto's encoding to the two halves. */
static bool ecdsa_decode(const uint8_t *der, size_t size, struct buf *out)
{
        ECDSA_SIG *both CLEANUP(ECDSA_SIG_freep) = d2i_ECDSA_SIG(NULL, &der, (long)size);
        uint8_t *halves = both ? buf_extend(out, (size_t)2 * P256_SIZE) : NULL;

        return halves && BN_bn2binpad(ECDSA_SIG_get0_r(both), halves, P256_SIZE) == P256_SIZE &&
               BN_bn2binpad(ECDSA_SIG_get0_s(both), halves + P256_SIZE, P256_SIZE) == P256_SIZE;
}

enum err private_key_sign(struct slice der, enum jwt_algorithm algorithm, struct slice message,
                          struct buf *out)
{
        const uint8_t *from = der.data;
        EVP_PKEY *key CLEANUP(EVP_PKEY_freep) = d2i_AutoPrivateKey(NULL, &from, (long)der.size);
        EVP_MD_CTX *context CLEANUP(EVP_MD_CTX_freep) = EVP_MD_CTX_new();
        uint8_t signature[SIGNATURE_SIZE];
        size_t size = sizeof(signature);
        bool is_elliptic = algorithm == JWT_ES256;

        if (!key || !context ||
            EVP_PKEY_get_base_id(key) != (is_elliptic ? EVP_PKEY_EC : EVP_PKEY_RSA) ||
            EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
            EVP_DigestSign(context, signature, &size, message.data, message.size) != 1)
                return failed(ERR_INTERNAL);
        if (is_elliptic && !ecdsa_decode(signature, size, out))
                return failed(ERR_INTERNAL);
        if (!is_elliptic)
                buf_put(out, slice_new(signature, size));
        return out->failed ? ERR_OUT_OF_MEMORY : ERR_OK;
}
