/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys through libfido2, which uses libcrypto: no decoder of keys and no arithmetic of our own.
 */
#include "base/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

#include "base/macros.h"

enum {
        FLAGS_AT = 32, /* behind the digest */
        COUNTER_AT = 33,
        HEAD_SIZE = 37,
        CREDENTIAL_AT = 18, /* its id, behind these */
};

static const enum webauthn_algorithm algorithms[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA,
                                                     WEBAUTHN_RS256};

static enum err outcome_of(int result)
{
        if (result == FIDO_OK)
                return ERR_OK;
        return result == FIDO_ERR_INTERNAL ? ERR_INTERNAL : ERR_NOT_AUTHENTIC;
}

bool webauthn_head_read(struct slice data, struct webauthn_head *ret)
{
        struct webauthn_head head = {0};

        if (data.size < HEAD_SIZE)
                return false;
        memcpy(head.server.bytes, data.data, sizeof(head.server.bytes));
        head.flags = data.data[FLAGS_AT];
        for (size_t i = COUNTER_AT; i < HEAD_SIZE; i++)
                head.counter = head.counter << 8 | data.data[i];
        *ret = head;
        return true;
}

/* --- what libfido2 may read --- */

/* libcbor makes room for as many members as a head announces: a hundred bytes could take gigabytes.
 * So it only gets items that are as CTAP2 writes them, no deeper than theirs, with all they
 * announce.
 */
enum {
        DEPTH_MOST = 4,
        CBOR_BYTES = 2, /* the major types of RFC 8949 section 3.1 */
        CBOR_TEXT = 3,
        CBOR_ARRAY = 4,
        CBOR_MAP = 5,
        CBOR_TAG = 6,
};

/* The major type of an item, and its argument. Return: false if it has no definite one. */
static bool cbor_head_cut(struct slice *rest, unsigned *ret_major, uint64_t *ret_argument)
{
        unsigned short_argument;
        size_t size = 0;

        if (!rest->size)
                return false;
        *ret_major = rest->data[0] >> 5;
        short_argument = rest->data[0] & 31;
        *ret_argument = short_argument;
        if (short_argument >= 28)
                return false;
        if (short_argument >= 24) {
                size = (size_t)1 << (short_argument - 24);
                *ret_argument = 0;
        }
        if (rest->size < 1 + size)
                return false;
        for (size_t i = 1; i <= size; i++)
                *ret_argument = *ret_argument << 8 | rest->data[i];
        *rest = slice_from(*rest, 1 + size);
        return true;
}

static bool cbor_item_cut(struct slice *rest, unsigned depth)
{
        uint64_t argument;
        unsigned major;

        if (depth > DEPTH_MOST || !cbor_head_cut(rest, &major, &argument) || major == CBOR_TAG)
                return false;
        if (major < CBOR_BYTES || major > CBOR_MAP)
                return true; /* a number or a simple value, which is its head */
        if (argument > rest->size)
                return false;
        if (major == CBOR_BYTES || major == CBOR_TEXT) {
                *rest = slice_from(*rest, argument);
                return true;
        }
        for (uint64_t n = major == CBOR_MAP ? 2 * argument : argument; n; n--)
                if (!cbor_item_cut(rest, depth + 1))
                        return false;
        return true;
}

/* The AAGUID, the length of the id, and the id. */
static bool credential_head_cut(struct slice *rest)
{
        size_t size;

        if (rest->size < CREDENTIAL_AT)
                return false;
        size = (size_t)rest->data[CREDENTIAL_AT - 2] << 8 | rest->data[CREDENTIAL_AT - 1];
        if (rest->size < CREDENTIAL_AT + size)
                return false;
        *rest = slice_from(*rest, CREDENTIAL_AT + size);
        return true;
}

/* Whether authenticator data has what its flags say, and nothing else: a credential if it is to
 * have one, else none, since libfido2 would take it for extensions. */
static bool is_whole(struct slice data, bool has_credential)
{
        struct slice rest = slice_from(data, HEAD_SIZE);
        struct webauthn_head head = {0};

        if (!webauthn_head_read(data, &head) ||
            has_credential != !!(head.flags & WEBAUTHN_HAS_CREDENTIAL))
                return false;
        if (has_credential && (!credential_head_cut(&rest) || !cbor_item_cut(&rest, 1)))
                return false;
        if (head.flags & WEBAUTHN_HAS_EXTENSIONS && !cbor_item_cut(&rest, 1))
                return false;
        return rest.size == 0;
}

/* --- a new credential --- */

static void cred_freep(fido_cred_t **cred)
{
        fido_cred_free(cred);
}

/* libfido2 reads a credential of the algorithm that it is told. */
static enum err credential_try(struct arena *arena, struct slice data,
                               enum webauthn_algorithm algorithm, struct webauthn_credential *ret)
{
        fido_cred_t *cred CLEANUP(cred_freep) = fido_cred_new();
        struct slice id, key;

        if (!cred || fido_cred_set_type(cred, algorithm) != FIDO_OK)
                return ERR_OUT_OF_MEMORY;
        TRY(outcome_of(fido_cred_set_authdata_raw(cred, data.data, data.size)));
        id = slice_new(fido_cred_id_ptr(cred), fido_cred_id_len(cred));
        key = slice_new(fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
        if (!id.size || !key.size)
                return ERR_NOT_AUTHENTIC;
        *ret = (struct webauthn_credential){arena_copy(arena, id),
                                            {algorithm, arena_copy(arena, key)}};
        return arena_check(arena);
}

enum err webauthn_credential_read(struct arena *arena, struct slice data,
                                  struct webauthn_credential *ret)
{
        enum err error = ERR_NOT_AUTHENTIC;

        if (!is_whole(data, true))
                return ERR_NOT_AUTHENTIC;
        for (size_t i = 0; i < ARRAY_SIZE(algorithms) && error == ERR_NOT_AUTHENTIC; i++)
                error = credential_try(arena, data, algorithms[i], ret);
        return error;
}

/* --- a proof --- */

static void assert_freep(fido_assert_t **assertion)
{
        fido_assert_free(assertion);
}

static void es256_freep(es256_pk_t **key)
{
        es256_pk_free(key);
}

static void eddsa_freep(eddsa_pk_t **key)
{
        eddsa_pk_free(key);
}

static void rs256_freep(rs256_pk_t **key)
{
        rs256_pk_free(key);
}

static enum err verified(const fido_assert_t *assertion, enum webauthn_algorithm algorithm,
                         const void *key)
{
        return outcome_of(fido_assert_verify(assertion, 0, algorithm, key));
}

static enum err key_verify(const fido_assert_t *assertion, const struct webauthn_key *key)
{
        const struct slice bytes = key->bytes;
        es256_pk_t *es256 CLEANUP(es256_freep) = NULL;
        eddsa_pk_t *eddsa CLEANUP(eddsa_freep) = NULL;
        rs256_pk_t *rs256 CLEANUP(rs256_freep) = NULL;

        switch (key->algorithm) {
        case WEBAUTHN_ES256:
                es256 = es256_pk_new();
                if (!es256)
                        return ERR_OUT_OF_MEMORY;
                if (es256_pk_from_ptr(es256, bytes.data, bytes.size) != FIDO_OK)
                        return ERR_NOT_AUTHENTIC;
                return verified(assertion, key->algorithm, es256);
        case WEBAUTHN_EDDSA:
                eddsa = eddsa_pk_new();
                if (!eddsa)
                        return ERR_OUT_OF_MEMORY;
                if (eddsa_pk_from_ptr(eddsa, bytes.data, bytes.size) != FIDO_OK)
                        return ERR_NOT_AUTHENTIC;
                return verified(assertion, key->algorithm, eddsa);
        case WEBAUTHN_RS256:
                rs256 = rs256_pk_new();
                if (!rs256)
                        return ERR_OUT_OF_MEMORY;
                if (rs256_pk_from_ptr(rs256, bytes.data, bytes.size) != FIDO_OK)
                        return ERR_NOT_AUTHENTIC;
                return verified(assertion, key->algorithm, rs256);
        }
        return ERR_NOT_AUTHENTIC;
}

enum err webauthn_verify(struct arena *arena, const struct webauthn_key *key,
                         const struct webauthn_proof *proof)
{
        fido_assert_t *assertion CLEANUP(assert_freep) = fido_assert_new();
        char *host = arena_string(arena, proof->host);

        if (!is_whole(proof->data, false))
                return ERR_NOT_AUTHENTIC;
        if (!assertion || !host || fido_assert_set_count(assertion, 1) != FIDO_OK ||
            fido_assert_set_rp(assertion, host) != FIDO_OK)
                return ERR_OUT_OF_MEMORY;
        TRY(outcome_of(fido_assert_set_clientdata(assertion, proof->client_data.data,
                                                  proof->client_data.size)));
        TRY(outcome_of(
                fido_assert_set_authdata_raw(assertion, 0, proof->data.data, proof->data.size)));
        TRY(outcome_of(
                fido_assert_set_sig(assertion, 0, proof->signature.data, proof->signature.size)));
        return key_verify(assertion, key);
}
