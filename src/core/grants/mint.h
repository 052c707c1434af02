/* SPDX-License-Identifier: Apache-2.0
 *
 * Minting: from a project's API key and a granted scope to an access grant, by libaccessgrant.
 * Pure: what is random or takes long is handed in.
 */
#pragma once

#include <accessgrant.h>

#include "base/crypto.h"
#include "core/store.h"

/* What an API key says of itself. */
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
        struct slice caveat; /* that made it of the project's key */
};

/* The raw API key of a root: head, and the HMAC of the head. Return: ERR_OK; ERR_INTERNAL. */
enum err mint_root_api_key(struct arena *arena, struct slice secret, struct slice head,
                           struct secret *ret_raw);

/* Reads the text of an API key. Return: ERR_OK; ERR_API_KEY_MALFORMED; ERR_INTERNAL. */
enum err mint_inspect_api_key(struct arena *arena, struct slice text, struct secret *ret_raw,
                              struct api_key_facts *ret);

/* What an access grant says of the project it is of. Its encryption key is not among it. */
struct access_grant_facts {
        struct secret api_key; /* raw */
        struct api_key_facts api_key_facts;
        struct slice satellite_address;
        enum path_cipher path_cipher;
};

/* Whether some of what a grant opens has its paths in clear, where a prefix opens more than the
 * folder of its name. */
bool mint_has_clear_paths(const ag_grant *grant);

/* Reads the text of an access grant, as forgiving as Storj's own tools.
 * Return: ERR_OK; ERR_ACCESS_GRANT_MALFORMED; ERR_API_KEY_MALFORMED: a caveat that is not
 * understood; ERR_PATH_CIPHER: neither AES-GCM nor none; ERR_INTERNAL. */
enum err mint_inspect_grant(struct arena *arena, struct slice text, struct access_grant_facts *ret);

/* Whether an address has the form node-id@host:port.
 * Return: ERR_OK; ERR_SATELLITE_ADDRESS; ERR_INTERNAL. */
enum err mint_check_satellite(struct slice address);

/* The EncryptionAccess message that opens the granted places and nothing else; it always names the
 * path cipher. Return: ERR_OK; ERR_INTERNAL. */
enum err mint_access(struct arena *arena, const struct project *project, const struct scope *scope,
                     const struct crypto_key *root, struct secret *ret_message);

/* What a grant is narrowed to: one caveat that disallows every right not in the scope, and has the
 * scope's places, the end and the nonce. */
struct mint_terms {
        const struct scope *scope;
        struct instant ends_at; /* zero: no end */
        const struct uuid *nonce;
};

/* Any grant narrowed. Return: as ag_grant_restrict(). */
enum ag_error mint_narrow(struct arena *arena, const ag_grant *whole,
                          const struct mint_terms *terms, ag_grant **ret);

/* What grants of a project are made of. */
struct mint_source {
        const struct project *project;
        struct secret api_key;
        struct mint_key key; /* a prefix scope needs one */
};

/* The grant: the API key narrowed, the encryption access limited to the places.
 * Return: ERR_OK; ERR_GRANT_TOO_LONG: over LIMIT_GRANT characters; ERR_INTERNAL. */
enum err mint_grant(struct arena *arena, const struct mint_source *source,
                    const struct mint_terms *terms, struct minted *ret);

/* The owner's own grant: the API key with one caveat that holds the nonce and no limit.
 * Return: as mint_grant(). */
enum err mint_owner_grant(struct arena *arena, const struct mint_source *source,
                          const struct uuid *nonce, struct minted *ret);
