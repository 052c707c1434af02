/* SPDX-License-Identifier: Apache-2.0
 *
 * Two certificates in the form that the network's own client creates.
 */
#include "remote/satellite/certificate.h"

#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/macros.h"
#include "base/slice.h"

enum { SERIAL_SIZE = 16, DAYS = 3650 };

struct certificate_form {
        const char *usage;       /* keyUsage */
        const char *constraints; /* basicConstraints */
};

static const struct certificate_form authority_form = {"critical,keyCertSign", "critical,CA:TRUE"};
static const struct certificate_form leaf_form = {"critical,digitalSignature,keyEncipherment",
                                                  "critical,CA:FALSE"};

static void key_freep(EVP_PKEY **key)
{
        EVP_PKEY_free(*key);
}

static void x509_freep(X509 **certificate)
{
        X509_free(*certificate);
}

static bool serial_set(X509 *certificate)
{
        uint8_t bytes[SERIAL_SIZE];
        BIGNUM *number;
        bool good;

        if (RAND_bytes(bytes, sizeof(bytes)) != 1)
                return false;
        bytes[0] &= 0x7f;
        number = BN_bin2bn(bytes, sizeof(bytes), NULL);
        good = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
        BN_free(number);
        return good;
}

static bool extension_add(X509 *certificate, int kind, const char *value)
{
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
        bool good = extension && X509_add_ext(certificate, extension, -1) == 1;

        X509_EXTENSION_free(extension);
        return good;
}

static bool names_set(X509 *certificate)
{
        X509_NAME *name = X509_get_subject_name(certificate);

        return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const uint8_t *)"grantd", -1,
                                          -1, 0) == 1 &&
               X509_set_issuer_name(certificate, name) == 1;
}

/* A certificate signed with `signer`, which may be its own key. Return: NULL: the library failed.
 */
static X509 *certificate_new(const struct certificate_form *form, EVP_PKEY *key, EVP_PKEY *signer)
{
        X509 *certificate CLEANUP(x509_freep) = X509_new();

        if (!certificate || X509_set_version(certificate, X509_VERSION_3) != 1 ||
            !serial_set(certificate) || !X509_gmtime_adj(X509_getm_notBefore(certificate), 0) ||
            !X509_time_adj_ex(X509_getm_notAfter(certificate), DAYS, 0, NULL) ||
            !names_set(certificate) || X509_set_pubkey(certificate, key) != 1 ||
            !extension_add(certificate, NID_key_usage, form->usage) ||
            !extension_add(certificate, NID_basic_constraints, form->constraints) ||
            X509_sign(certificate, signer, EVP_sha256()) <= 0)
                return NULL;
        return take(&certificate);
}

enum err certificate_use_new(SSL_CTX *context)
{
        EVP_PKEY *authority_key CLEANUP(key_freep) = EVP_EC_gen("P-256");
        EVP_PKEY *key CLEANUP(key_freep) = EVP_EC_gen("P-256");
        X509 *authority CLEANUP(x509_freep) = NULL;
        X509 *leaf CLEANUP(x509_freep) = NULL;

        if (!authority_key || !key)
                return ERR_INTERNAL;
        authority = certificate_new(&authority_form, authority_key, authority_key);
        leaf = certificate_new(&leaf_form, key, authority_key);
        if (!authority || !leaf || SSL_CTX_use_certificate(context, leaf) != 1 ||
            SSL_CTX_use_PrivateKey(context, key) != 1 ||
            SSL_CTX_add1_chain_cert(context, authority) != 1)
                return ERR_INTERNAL;
        return ERR_OK;
}
