/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks that replace the usual ones; all of them are needed.
 */
#include "remote/satellite/identity.h"

#include <openssl/x509v3.h>

#include "base/crypto.h"
#include "base/macros.h"

enum { VERSION = 0 }; /* of identities; there is only this one */

#define VERSION_EXTENSION "2.999.2.1"

static void x509_freep(X509 **certificate)
{
        X509_free(*certificate);
}

static void object_freep(ASN1_OBJECT **object)
{
        ASN1_OBJECT_free(*object);
}

/* The whole slice is one certificate. */
static X509 *certificate_parse(struct slice der)
{
        const uint8_t *at = der.data;
        X509 *certificate = der.size <= INT32_MAX ? d2i_X509(NULL, &at, (long)der.size) : NULL;

        if (certificate && at == der.data + der.size)
                return certificate;
        X509_free(certificate);
        return NULL;
}

/* Accepts only ECDSA with SHA-256, with which every identity is signed. */
static bool is_signed_by(X509 *certificate, X509 *signer)
{
        EVP_PKEY *key = X509_get0_pubkey(signer);

        return key && EVP_PKEY_base_id(key) == EVP_PKEY_EC &&
               X509_get_signature_nid(certificate) == NID_ecdsa_with_SHA256 &&
               X509_verify(certificate, key) == 1;
}

static bool is_authority(X509 *certificate)
{
        uint32_t flags = X509_get_extension_flags(certificate);

        return (flags & EXFLAG_CA) && (flags & EXFLAG_KUSAGE) && !(flags & EXFLAG_INVALID) &&
               (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN);
}

/* The extension may be missing, which means version 0. */
static bool has_good_version(X509 *certificate)
{
        ASN1_OBJECT *name CLEANUP(object_freep) = OBJ_txt2obj(VERSION_EXTENSION, 1);
        int at = name ? X509_get_ext_by_OBJ(certificate, name, -1) : -2;
        const ASN1_OCTET_STRING *value;

        if (at < 0)
                return at == -1;
        if (X509_get_ext_by_OBJ(certificate, name, at) != -1)
                return false;
        value = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
        return ASN1_STRING_length(value) == 1 && ASN1_STRING_get0_data(value)[0] == VERSION;
}

/* SHA-256 of SHA-256 of the key, with the version in the last byte. */
static bool has_id(X509 *authority, const struct node_id *id)
{
        uint8_t *der = NULL;
        int size = i2d_PUBKEY(X509_get0_pubkey(authority), &der);
        struct digest digest;

        if (size <= 0)
                return false;
        crypto_sha256(slice_new(der, (size_t)size), &digest);
        OPENSSL_free(der);
        crypto_sha256(SLICE_ARRAY(digest.bytes), &digest);
        digest.bytes[NODE_ID_SIZE - 1] = VERSION;
        return memcmp(digest.bytes, id->bytes, NODE_ID_SIZE) == 0;
}

/* Checks this certificate and those after it. */
static bool chain_check(X509 *certificate, const struct slice *rest, size_t n)
{
        X509 *next CLEANUP(x509_freep) = NULL;

        if (!has_good_version(certificate))
                return false;
        if (n == 0)
                return is_signed_by(certificate, certificate);
        next = certificate_parse(rest[0]);
        return next && is_signed_by(certificate, next) && chain_check(next, rest + 1, n - 1);
}

bool identity_check(const struct slice *certificates, size_t n, const struct node_id *id)
{
        X509 *leaf CLEANUP(x509_freep) = NULL;
        X509 *authority CLEANUP(x509_freep) = NULL;

        if (n < 2 || n > IDENTITY_CERTIFICATES_MAXIMUM)
                return false;
        leaf = certificate_parse(certificates[0]);
        authority = certificate_parse(certificates[1]);
        return leaf && authority && is_authority(authority) && has_id(authority, id) &&
               chain_check(leaf, certificates + 1, n - 1);
}
