/* SPDX-License-Identifier: Apache-2.0
 *
 * Minting an access grant from a project's API key and a granted scope, with libaccessgrant. Pure
 * functions: random values and results of long computations are parameters.
 */
#pragma once

#include <accessgrant.h>

#include "base/crypto.h"
#include "core/store.h"

/* What an API key says about itself. */
struct api_key_facts {
        struct slice head;
        bool has_prefix;
        struct slice limits; /* stored scope; absent: anything */
        struct instant begins_at;
        struct instant ends_at;
};

/* Where the encryption key comes from. */
struct mint_key {
        const struct crypto_key *root; /* NULL: none */
        struct secret access;          /* an EncryptionAccess message, limited already; or absent */
};

struct minted {
        struct secret grant; /* the text */
        struct slice tail;   /* 32 bytes */
        struct slice caveat; /* that derived it from the project's key */
};

/* The raw API key of a root: head, and the HMAC of the head. Return: ERR_OK; ERR_INTERNAL. */
enum err mint_root_api_key(struct arena *arena, struct slice secret, struct slice head,
                           struct secret *ret_raw);

/* Reads the text of an API key. Return: ERR_OK; ERR_API_KEY_MALFORMED, _EMPTY,
 * _BUCKET, _NEWER; ERR_INTERNAL. */
enum err mint_inspect_api_key(struct arena *arena, struct slice text, struct secret *ret_raw,
                              struct api_key_facts *ret);

/* What an access grant says about its project, without the encryption key. */
struct access_grant_facts {
        struct secret api_key; /* raw */
        struct api_key_facts api_key_facts;
        struct slice satellite_address;
        enum path_cipher path_cipher;
};

/* Whether a grant opens places with paths in clear, where a prefix opens more than the folder of
 * that name. */
bool mint_has_clear_paths(const ag_grant *grant);

/* Reads the text of an access grant, as leniently as Storj's own tools. Return: ERR_OK;
 * ERR_ACCESS_GRANT_MALFORMED; ERR_API_KEY_MALFORMED, _EMPTY, _BUCKET, _NEWER; ERR_PATH_CIPHER:
 * neither AES-GCM nor none; ERR_INTERNAL. */
enum err mint_inspect_grant(struct arena *arena, struct slice text, struct access_grant_facts *ret);

/* Whether an address has the form node-id@host:port.
 * Return: ERR_OK; ERR_SATELLITE_ADDRESS; ERR_INTERNAL. */
enum err mint_check_satellite(struct slice address);

/* The EncryptionAccess message that opens exactly the granted places; it always names the path
 * cipher. Return: ERR_OK; ERR_INTERNAL. */
enum err mint_access(struct arena *arena, const struct project *project, const struct scope *scope,
                     const struct crypto_key *root, struct secret *ret_message);

/* How a grant is narrowed: one caveat that disallows every right not in the scope, and has the
 * scope's places, the expiry and the nonce. */
struct mint_terms {
        const struct scope *scope;
        struct instant ends_at; /* zero: no end */
        const struct uuid *nonce;
};

/* Narrows any grant. Return: as ag_grant_restrict(). */
enum ag_error mint_narrow(struct arena *arena, const ag_grant *whole,
                          const struct mint_terms *terms, ag_grant **ret);

/* What a project's grants are minted from. */
struct mint_source {
        const struct project *project;
        struct secret api_key;
        struct mint_key key; /* a prefix scope needs one */
};

/* Mints a grant: the narrowed API key, and the encryption access limited to the places.
 * Return: ERR_OK; ERR_GRANT_TOO_LONG: over LIMIT_GRANT characters; ERR_INTERNAL. */
enum err mint_grant(struct arena *arena, const struct mint_source *source,
                    const struct mint_terms *terms, struct minted *ret);

/* Mints an owner's grant: the API key with one caveat that has the nonce and no limit.
 * Return: as mint_grant(). */
enum err mint_owner_grant(struct arena *arena, const struct mint_source *source,
                          const struct uuid *nonce, struct minted *ret);
