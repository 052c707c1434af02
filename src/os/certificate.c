/* SPDX-License-Identifier: Apache-2.0
 *
 * X.509 by OpenSSL.
 */
#include "os/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/macros.h"
#include "base/uri.h"

enum { LIMIT_HOST = 256 };

static void bio_freep(BIO **bio)
{
        (void)BIO_free(*bio);
}

static void x509_freep(X509 **certificate)
{
        X509_free(*certificate);
}

static void pkey_freep(EVP_PKEY **key)
{
        EVP_PKEY_free(*key);
}

/* A key with a passphrase cannot be used, so nobody is asked for one. */
static int no_passphrase(char *text, int size, int rwflag, void *context)
{
        (void)text, (void)size, (void)rwflag, (void)context;
        return -1;
}

static BIO *bio_of(struct slice text)
{
        return text.size <= INT32_MAX ? BIO_new_mem_buf(text.data, (int)text.size) : NULL;
}

static bool key_fits(const X509 *certificate, struct slice text)
{
        BIO *bio CLEANUP(bio_freep) = bio_of(text);
        EVP_PKEY *key CLEANUP(pkey_freep) =
                bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
        bool fits = key && X509_check_private_key(certificate, key) == 1;

        ERR_clear_error();
        return fits;
}

static bool host_is_covered(X509 *certificate, struct slice host)
{
        char text[LIMIT_HOST] = "";
        uint8_t bytes[16];
        unsigned width;

        if (host.size >= sizeof(text))
                return false;
        memcpy(text, host.data, host.size);
        if (host_ip_parse(host, bytes, &width) || slice_contains_byte(host, ':'))
                return X509_check_ip_asc(certificate, text, 0) == 1;
        return X509_check_host(certificate, text, host.size, 0, NULL) == 1;
}

static bool time_read(const ASN1_TIME *time, struct instant *ret)
{
        struct tm parts;

        if (ASN1_TIME_to_tm(time, &parts) != 1)
                return false;
        ret->ms = (int64_t)timegm(&parts) * 1000;
        return true;
}

enum err certificate_read(struct slice certificate, struct slice key, struct slice host,
                          struct certificate_facts *ret)
{
        BIO *bio CLEANUP(bio_freep) = bio_of(certificate);
        X509 *own CLEANUP(x509_freep) =
                bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
        struct certificate_facts facts;

        ERR_clear_error();
        if (!bio)
                return ERR_INTERNAL;
        if (!own || !time_read(X509_get0_notBefore(own), &facts.not_before) ||
            !time_read(X509_get0_notAfter(own), &facts.not_after))
                return ERR_FIELD_MALFORMED;
        facts.fits_key = key_fits(own, key);
        facts.covers_host = host_is_covered(own, host);
        *ret = facts;
        return ERR_OK;
}
