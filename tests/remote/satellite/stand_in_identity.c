/* SPDX-License-Identifier: Apache-2.0
 *
 * Each stand-in gets new keys and certificates.
 */
#include "stand_in_identity.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/crypto.h"
#include "test.h"

static void extension_put(X509 *certificate, int kind, const char *value)
{
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

        assert_non_null(extension);
        CHECK(X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
}

static void version_put(X509 *certificate, uint8_t version)
{
        ASN1_OBJECT *name = OBJ_txt2obj("2.999.2.1", 1);
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        X509_EXTENSION *extension;

        CHECK(ASN1_OCTET_STRING_set(value, &version, 1) == 1);
        extension = X509_EXTENSION_create_by_OBJ(NULL, name, 0, value);
        CHECK(X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
        ASN1_OCTET_STRING_free(value);
        ASN1_OBJECT_free(name);
}

/* As the network's identities are: without dates that mean anything. */
static X509 *certificate_make(EVP_PKEY *key, EVP_PKEY *signer, bool is_authority, int version)
{
        X509 *certificate = X509_new();

        CHECK(X509_set_version(certificate, X509_VERSION_3) == 1);
        CHECK(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
        CHECK(ASN1_TIME_set_string(X509_getm_notBefore(certificate), "00010101000000Z") == 1);
        CHECK(ASN1_TIME_set_string(X509_getm_notAfter(certificate), "00010101000000Z") == 1);
        CHECK(X509_set_pubkey(certificate, key) == 1);
        extension_put(certificate, NID_key_usage,
                      is_authority ? "critical,keyCertSign" : "critical,digitalSignature");
        extension_put(certificate, NID_basic_constraints,
                      is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (version >= 0)
                version_put(certificate, (uint8_t)version);
        CHECK(X509_sign(certificate, signer, EVP_sha256()) > 0);
        return certificate;
}

static struct node_id id_of(EVP_PKEY *key)
{
        uint8_t *der = NULL;
        int size = i2d_PUBKEY(key, &der);
        struct digest digest;
        struct node_id id;

        CHECK(size > 0);
        crypto_sha256(slice_new(der, (size_t)size), &digest);
        crypto_sha256(SLICE_ARRAY(digest.bytes), &digest);
        OPENSSL_free(der);
        memcpy(id.bytes, digest.bytes, NODE_ID_SIZE);
        id.bytes[NODE_ID_SIZE - 1] = 0;
        return id;
}

struct stand_in_identity stand_in_identity_make(enum stand_in_chain chain)
{
        struct stand_in_identity identity = {.key = EVP_EC_gen("P-256"),
                                             .authority_key = EVP_EC_gen("P-256")};
        int version = chain == CHAIN_VERSION_1 ? 1 : 0;

        identity.authority = certificate_make(identity.authority_key, identity.authority_key,
                                              chain != CHAIN_NO_CA, version);
        identity.leaf = certificate_make(
                identity.key, chain == CHAIN_FOREIGN ? identity.key : identity.authority_key, false,
                -1);
        identity.id = id_of(identity.authority_key);
        identity.other_id = id_of(identity.key);
        return identity;
}

void stand_in_identity_deinit(struct stand_in_identity *identity)
{
        X509_free(identity->leaf);
        X509_free(identity->authority);
        EVP_PKEY_free(identity->key);
        EVP_PKEY_free(identity->authority_key);
}
