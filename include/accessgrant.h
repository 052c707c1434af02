/* SPDX-License-Identifier: Apache-2.0
 *
 * libaccessgrant: mint, read, narrow and verify Storj access grants and API keys. Bytes in, bytes
 * out: the library does not log, read a clock, draw randomness, keep state or end the process.
 *
 * An access grant combines three things in one text: where (the address of a satellite), what is
 * allowed there (an API key; anyone who has it can add limits, called caveats, but no one can
 * remove one), and what can be decrypted (the encryption access).
 *
 *      ag_api_key --+
 *                   +--> ag_grant --ag_grant_restrict()--> ag_grant --ag_grant_text()--> text
 *      ag_access  --+
 *
 * Objects are immutable, so several threads may use one at the same time. Functions that "change"
 * something return a new object. Every ret_ parameter is written on success only. An object
 * returned through a `**ret_` belongs to the caller, who frees it with the _free function of its
 * type (all accept NULL); a struct ag_bytes or a `const *` is borrowed and valid as long as the
 * object it came from. Memory that held secrets is wiped before it is freed. Pointer parameters
 * must not be NULL unless their comment allows it.
 *
 * Cost: ag_root_key() takes 64 MiB and some milliseconds. Everything else takes microseconds and
 * a few kilobytes, growing with the number of places and caveats.
 */
#ifndef ACCESSGRANT_H
#define ACCESSGRANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AG_MUST_USE __attribute__((warn_unused_result))
#pragma GCC visibility push(default)
#else
#define AG_MUST_USE
#endif

/* ---- sizes and limits ---- */

#define AG_KEY_SIZE        32                 /* bytes of a root key or any other encryption key */
#define AG_SECRET_SIZE     32                 /* bytes of an API key's secret */
#define AG_HEAD_SIZE       32                 /* bytes of an API key's public identifier */
#define AG_TAIL_SIZE       32                 /* bytes of an API key's signature */
#define AG_NONCE_SIZE_MIN  4                  /* bytes of a caveat's nonce; 16 for many grants */
#define AG_NONCE_SIZE_MAX  64                 /* bytes */
#define AG_ROOT_KEY_MEMORY (64 * 1024 * 1024) /* bytes of memory that deriving a root key needs */

#define AG_MAX_TEXT        65536 /* characters of a grant or API key */
#define AG_MAX_CAVEATS     64    /* in an API key */
#define AG_MAX_PLACES      1000  /* allowed paths of one API key, and entries of an access */
#define AG_MAX_PATH        8192  /* bytes of one path, bucket or address, plain or encrypted */

/* ---- words ---- */

enum ag_error {
        AG_OK = 0,
        AG_ERR_MEMORY,        /* out of memory */
        AG_ERR_CRYPTO,        /* the crypto library failed */
        AG_ERR_TEXT,          /* not base58check of version 0 */
        AG_ERR_CHECKSUM,      /* base58, but mistyped or truncated */
        AG_ERR_MESSAGE,       /* the text is complete, but is not a grant */
        AG_ERR_SATELLITE,     /* the satellite address is missing or malformed */
        AG_ERR_API_KEY,       /* the API key (macaroon) is malformed */
        AG_ERR_CAVEAT,        /* a caveat is malformed */
        AG_ERR_ACCESS,        /* the encryption access is missing or malformed */
        AG_ERR_NOT_CANONICAL, /* readable, but not in the one form AG_STRICT accepts */
        AG_ERR_LIMIT,         /* more or longer than the limits above */
        AG_ERR_CIPHER,        /* paths of this cipher can be kept, not encrypted or decrypted */
        AG_ERR_NO_KEY,        /* there is no key for that place, or a limit excludes it */
        AG_ERR_NO_RIGHT,      /* the restriction allows nothing */
        AG_ERR_TIME_RANGE,    /* it ends before it begins, or a time cannot be encoded */
        AG_ERR_TTL,           /* the lifetime of objects is not positive */
        AG_ERR_PLACE,         /* a place names no bucket */
        AG_ERR_NONCE,         /* the nonce is shorter or longer than allowed */
        AG_ERR_KEY_SIZE,      /* the secret or the head is not 32 bytes */
        AG_ERR_HAS_KEY,       /* the grant has an encryption key already */
        AG_ERR_WRONG_KEY,     /* the key does not open the places of the grant */
        AG_ERR_SIGNATURE,     /* the API key was not made from this secret */
        AG_ERR_EXPIRED,       /* the API key has ended */
        AG_ERR_NOT_YET,       /* the API key is not valid yet */
        AG_ERR_OP_DENIED,     /* the API key does not allow the operation */
        AG_ERR_PATH_DENIED,   /* the API key does not allow the place */
};

/* Return: one plain sentence that says what is wrong and what to do. Static, never NULL. */
const char *ag_error_text(enum ag_error error);

/* How forgiving a parser is. */
enum ag_mode {
        AG_STRICT,  /* only what every known writer produces; use this for input from others */
        AG_LENIENT, /* also what Storj's own library reads: unknown, repeated or unordered fields,
                     * trailing bytes, heads of any size, unreadable caveats (which then allow and
                     * open nothing). It is written in canonical form. */
};

/* How paths are encrypted. */
enum ag_cipher {
        AG_CIPHER_UNSPECIFIED = 0,
        AG_CIPHER_NULL = 1, /* in clear: a place below a bucket then also allows siblings that begin
                               with the same letters; share whole buckets only */
        AG_CIPHER_AES_GCM = 2,   /* the usual one */
        AG_CIPHER_SECRETBOX = 3, /* such grants are read and kept; adding places is AG_ERR_CIPHER */
        AG_CIPHER_NULL_BASE64URL = 4,
};

/* Rights, to be combined with |. The bit is the number of the field that removes the right. */
enum ag_right {
        AG_RIGHT_READ = 1 << 1,
        AG_RIGHT_WRITE = 1 << 2,
        AG_RIGHT_LIST = 1 << 3,
        AG_RIGHT_DELETE = 1 << 4,
        AG_RIGHT_LOCK = 1 << 5, /* deprecated by Storj; satellites no longer check it */
        AG_RIGHT_PUT_RETENTION = 1 << 6,
        AG_RIGHT_GET_RETENTION = 1 << 7, /* satellites also allow this with the right to put */
        AG_RIGHT_PUT_LEGAL_HOLD = 1 << 8,
        AG_RIGHT_GET_LEGAL_HOLD = 1 << 9,
        AG_RIGHT_BYPASS_GOVERNANCE = 1 << 11,
        AG_RIGHT_PUT_BUCKET_LOCK = 1 << 12,
        AG_RIGHT_GET_BUCKET_LOCK = 1 << 13,
        AG_RIGHT_PUT_BUCKET_NOTIFICATION = 1 << 14,
        AG_RIGHT_GET_BUCKET_NOTIFICATION = 1 << 15,
};
#define AG_RIGHTS_ALL 0xfbfeu /* all fourteen */

/* Borrowed bytes. `data` NULL means absent. */
struct ag_bytes {
        const uint8_t *data;
        size_t size;
};

static inline struct ag_bytes ag_bytes_new(const void *data, size_t size)
{
        struct ag_bytes bytes = {(const uint8_t *)data, size};
        return bytes;
}

/* A point in time since 1970 UTC, or a span. */
struct ag_time {
        int64_t seconds;
        int32_t nanos; /* 0 to 999,999,999; of a negative span 0 to -999,999,999 */
};

/* A share prefix: everything in the bucket, or everything below a prefix ("photos/2024/"). */
struct ag_place {
        struct ag_bytes bucket;
        struct ag_bytes prefix; /* plain; empty: the whole bucket. One '/' at its end is dropped */
};

/* Wipes and frees text or bytes returned by a function below. Accepts NULL. */
void ag_free(void *memory);

/* ---- API keys ---- */

typedef struct ag_api_key ag_api_key;

/* The unrestricted key of a secret and a head, each 32 random bytes.
 * Return: AG_OK; AG_ERR_KEY_SIZE; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_api_key_new(struct ag_bytes secret, struct ag_bytes head,
                                         ag_api_key **ret_key);

/* Reads an API key's text (base58). No white space around it.
 * Return: AG_OK; AG_ERR_TEXT; AG_ERR_CHECKSUM; AG_ERR_API_KEY; AG_ERR_CAVEAT (strict);
 *         AG_ERR_NOT_CANONICAL (strict); AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_api_key_parse(struct ag_bytes text, enum ag_mode mode,
                                           ag_api_key **ret_key);

/* Reads a raw macaroon, as ag_api_key_raw() returns it.
 * Return: AG_OK; AG_ERR_API_KEY; AG_ERR_CAVEAT (strict); AG_ERR_NOT_CANONICAL (strict);
 *         AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_api_key_parse_raw(struct ag_bytes raw, enum ag_mode mode,
                                               ag_api_key **ret_key);

/* Accepts NULL. */
void ag_api_key_free(ag_api_key *key);

/* Return: the raw macaroon in canonical form. It is secret. */
struct ag_bytes ag_api_key_raw(const ag_api_key *key);

/* The text of the key, NUL-terminated; free it with ag_free().
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_api_key_text(const ag_api_key *key, char **ret_text);

/* Return: the public identifier: 32 bytes, of any size in a key that was read leniently. */
struct ag_bytes ag_api_key_head(const ag_api_key *key);

/* Return: the signature, 32 bytes. A satellite revokes a key by it. It is secret: with the caveats
 *         it makes up the key. */
struct ag_bytes ag_api_key_tail(const ag_api_key *key);

/* Verifies that the key was made from this secret and that every caveat was added correctly.
 * Compares in constant time. `ret_tails`, unless NULL, receives the tails t_0 (of the unrestricted
 * key) to t_n, one more than the key has caveats: all the tails a revocation can name.
 * Return: AG_OK; AG_ERR_SIGNATURE; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_api_key_verify(const ag_api_key *key, struct ag_bytes secret,
                                            uint8_t (*ret_tails)[AG_TAIL_SIZE]);

/* ---- caveats: the limits of an API key ---- */

/* One caveat. An action must satisfy every caveat of a key: rights and places intersect. */
struct ag_caveat {
        uint32_t disallowed; /* enum ag_right */
        bool has_not_before;
        bool has_not_after;
        bool has_max_object_ttl;
        struct ag_time not_before; /* inclusive */
        struct ag_time not_after;  /* inclusive */
        struct ag_time max_object_ttl;
        struct ag_bytes nonce;
        size_t n_paths;          /* 0: every place */
        bool has_unknown_fields; /* it contains limits unknown to this library */
        struct ag_bytes message; /* the caveat itself, as it is signed */
};

/* A path as the satellite sees it. */
struct ag_path {
        struct ag_bytes bucket;
        struct ag_bytes encrypted; /* empty: the whole bucket */
};

/* Return: how many caveats the key has. */
size_t ag_api_key_n_caveats(const ag_api_key *key);

/* Reads the caveat at this index, below ag_api_key_n_caveats(). Return: AG_OK; AG_ERR_CAVEAT (only
 * in a key that was read leniently): it is unreadable and allows nothing. */
AG_MUST_USE enum ag_error ag_api_key_caveat(const ag_api_key *key, size_t index,
                                            struct ag_caveat *ret_caveat);

/* Iterates over the paths of a caveat in order; `position` starts as 0.
 * Return: true and the next path; false after the last. */
bool ag_caveat_next_path(const struct ag_caveat *caveat, size_t *position,
                         struct ag_path *ret_path);

/* ---- checking: what a satellite does with an API key ---- */

/* Operations, with Storj's numbers. */
enum ag_op {
        AG_OP_READ = 1, /* with an empty path: reading a bucket's attributes, or listing buckets */
        AG_OP_WRITE = 2,
        AG_OP_LIST = 3,
        AG_OP_DELETE = 4,
        AG_OP_PROJECT_INFO = 5,
        AG_OP_LOCK = 6,
        AG_OP_PUT_RETENTION = 7,
        AG_OP_GET_RETENTION = 8,
        AG_OP_PUT_LEGAL_HOLD = 9,
        AG_OP_GET_LEGAL_HOLD = 10,
        AG_OP_BYPASS_GOVERNANCE = 11,
        AG_OP_PUT_BUCKET_LOCK = 12,
        AG_OP_GET_BUCKET_LOCK = 13,
        AG_OP_PUT_BUCKET_NOTIFICATION = 14,
        AG_OP_GET_BUCKET_NOTIFICATION = 15,
};

/* Bits of the version that a satellite keeps with an API key. */
#define AG_VERSION_OBJECT_LOCK 1u /* AG_OP_LOCK to AG_OP_GET_BUCKET_LOCK exist */
#define AG_VERSION_EVENTING    4u /* the bucket notifications exist */
#define AG_VERSION_ALL         (AG_VERSION_OBJECT_LOCK | AG_VERSION_EVENTING)

struct ag_action {
        enum ag_op op;
        struct ag_bytes bucket;    /* may be empty */
        struct ag_bytes encrypted; /* the path as the satellite sees it; may be empty */
        struct ag_time time;
};

/* Checks that every caveat allows the action, but not that the key is genuine (see
 * ag_api_key_verify()) and not revoked. If there are several reasons to deny it, the first in this
 * list is returned. An unknown operation or an unknown field in a caveat is denied.
 * Return: AG_OK; AG_ERR_CAVEAT: one is unreadable, or has an unknown limit; AG_ERR_EXPIRED;
 *         AG_ERR_NOT_YET; AG_ERR_OP_DENIED; AG_ERR_PATH_DENIED. */
AG_MUST_USE enum ag_error ag_api_key_check(const ag_api_key *key, uint32_t version,
                                           const struct ag_action *action);

/* ---- encryption access: what can be decrypted ---- */

typedef struct ag_access ag_access;

/* A place and its key. The key itself is not exposed. */
struct ag_entry {
        struct ag_bytes bucket;
        struct ag_bytes path;      /* plain; empty: the whole bucket */
        struct ag_bytes encrypted; /* as the satellite sees it */
        enum ag_cipher cipher;
};

/* Derives a project's root key from the user's passphrase and the project's salt (16 or 32 bytes on
 * today's satellites, any size here). Expensive. `memory`: AG_ROOT_KEY_MEMORY bytes, aligned as by
 * malloc(). Their content does not matter, and they hold nothing secret afterwards; reusing one
 * block saves the system from clearing pages. NULL: allocated and freed here.
 * Return: AG_OK; AG_ERR_LIMIT: passphrase or salt over AG_MAX_TEXT bytes; AG_ERR_MEMORY;
 *         AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_root_key(struct ag_bytes passphrase, struct ag_bytes salt,
                                      void *memory, uint8_t ret_key[AG_KEY_SIZE]);

/* The access to a whole project, or with `root_key` NULL one that opens nothing yet; either way it
 * names the path cipher, which must be AG_CIPHER_NULL, _AES_GCM or _SECRETBOX.
 * Return: AG_OK; AG_ERR_CIPHER; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_new(const uint8_t root_key[AG_KEY_SIZE],
                                        enum ag_cipher path_cipher, ag_access **ret_access);

/* Reads an EncryptionAccess message, as ag_access_serialize() returns it. A message without path
 * cipher means AG_CIPHER_AES_GCM.
 * Return: AG_OK; AG_ERR_ACCESS; AG_ERR_NOT_CANONICAL (strict); AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_parse(struct ag_bytes message, enum ag_mode mode,
                                          ag_access **ret_access);

/* Accepts NULL. */
void ag_access_free(ag_access *access);

/* Limits the access to these places: no root key, and one entry for each place that has a key.
 * Without places (n_places 0) nothing is limited, and a root key stays.
 * Return: AG_OK; AG_ERR_NO_KEY: there is no key for a prefix; AG_ERR_CIPHER; AG_ERR_PLACE;
 *         AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_access_limit(const ag_access *access, const struct ag_place *places,
                                          size_t n_places, ag_access **ret_access);

/* The message, with entries sorted by bucket, then by path component, parents before children. Free
 * it with ag_free(). It is secret.
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_serialize(const ag_access *access, uint8_t **ret_message,
                                              size_t *ret_size);

/* Return: whether the whole project can be opened. */
bool ag_access_has_root_key(const ag_access *access);

/* Return: the cipher of paths, unless an entry names another one. */
enum ag_cipher ag_access_path_cipher(const ag_access *access);

/* Return: how many places have their own key. */
size_t ag_access_n_entries(const ag_access *access);

/* Return: the entry at this index, below ag_access_n_entries(), in the order of serialization. */
struct ag_entry ag_access_entry(const ag_access *access, size_t index);

/* ---- grants ---- */

typedef struct ag_grant ag_grant;

/* A grant from its parts, which are copied. The API key's caveats limit what it opens. The part of
 * `access` that they exclude is kept only as the source for a later ag_grant_restrict(), so an
 * access limited to prefixes fits a key limited to their buckets. Only the size of the address is
 * checked: see ag_satellite_check().
 * Return: AG_OK; AG_ERR_SATELLITE: empty; AG_ERR_CIPHER; AG_ERR_LIMIT; AG_ERR_MEMORY;
 *         AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_grant_new(struct ag_bytes satellite, const ag_api_key *key,
                                       const ag_access *access, ag_grant **ret_grant);

/* Reads a grant's text (base58). No white space around it. Whatever its API key does not allow is
 * removed from its encryption access at once.
 * Return: AG_OK; AG_ERR_TEXT; AG_ERR_CHECKSUM; AG_ERR_MESSAGE; AG_ERR_SATELLITE; AG_ERR_API_KEY;
 *         AG_ERR_CAVEAT (strict); AG_ERR_ACCESS; AG_ERR_NOT_CANONICAL (strict); AG_ERR_LIMIT;
 *         AG_ERR_CIPHER: a key would have to be derived along a path that is encrypted with another
 *         cipher than AES-GCM; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_grant_parse(struct ag_bytes text, enum ag_mode mode,
                                         ag_grant **ret_grant);

/* Accepts NULL. */
void ag_grant_free(ag_grant *grant);

/* The text of the grant, NUL-terminated; free it with ag_free(). A grant that is limited to places
 * never contains the root key.
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_grant_text(const ag_grant *grant, char **ret_text);

/* How to narrow a grant. Rights not in `rights` are removed. */
struct ag_restriction {
        uint32_t rights;                  /* enum ag_right */
        const struct ag_place *places;    /* a union, in this order; may be NULL if n_places is 0 */
        size_t n_places;                  /* 0: all places of the grant */
        const struct ag_time *not_before; /* NULL: no such limit */
        const struct ag_time *not_after;  /* NULL: no such limit */
        const struct ag_time *max_object_ttl; /* NULL: no such limit */
        struct ag_bytes nonce; /* AG_NONCE_SIZE_MIN to _MAX random bytes, different for each grant,
                                  since grants of equal bytes are revoked together */
};

/* Narrows a grant by one caveat, and its encryption access accordingly. Limits can only be added: a
 * prefix outside what the grant opens is AG_ERR_NO_KEY; a whole bucket is always accepted, and
 * remains as limited as it was.
 * Return: AG_OK; AG_ERR_NO_RIGHT: no right and no time given; AG_ERR_TIME_RANGE; AG_ERR_TTL;
 *         AG_ERR_NONCE; AG_ERR_PLACE; AG_ERR_NO_KEY; AG_ERR_CIPHER; AG_ERR_CAVEAT: in a grant read
 *         leniently; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_grant_restrict(const ag_grant *grant,
                                            const struct ag_restriction *restriction,
                                            ag_grant **ret_grant);

/* Adds to a grant without encryption keys the keys of its places, derived from the root key; a
 * grant that is not limited to places gets the root key itself. The paths in the caveats were
 * encrypted when they were added, so a key of another passphrase cannot decrypt them and is
 * refused. (If whole buckets are shared, or paths are in clear, a wrong passphrase cannot be
 * detected.)
 * Return: AG_OK; AG_ERR_HAS_KEY; AG_ERR_WRONG_KEY; AG_ERR_CIPHER; AG_ERR_CAVEAT; AG_ERR_LIMIT;
 *         AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error
ag_grant_set_key(const ag_grant *grant, const uint8_t root_key[AG_KEY_SIZE], ag_grant **ret_grant);

/* The same grant without any encryption key.
 * Return: AG_OK; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_grant_remove_key(const ag_grant *grant, ag_grant **ret_grant);

/* Return: the satellite's address, as the grant has it. */
struct ag_bytes ag_grant_satellite(const ag_grant *grant);

/* Return: the API key inside, never NULL. */
const ag_api_key *ag_grant_api_key(const ag_grant *grant);

/* Return: the encryption access, limited to what the API key allows, never NULL. */
const ag_access *ag_grant_access(const ag_grant *grant);

/* Return: whether the text this grant was read from contained the project's root key although the
 *         grant is limited to places: anyone who has that text can decrypt the whole project. */
bool ag_grant_leaked_root_key(const ag_grant *grant);

/* Checks that an address is node-id@host:port and nothing more, as a grant needs it.
 * Return: AG_OK; AG_ERR_SATELLITE; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_satellite_check(struct ag_bytes address);

/* The text of a satellite's node id, 32 bytes of which the last is the version, 0; NUL-terminated,
 * free it with ag_free(). Return: AG_OK; AG_ERR_SATELLITE: not a node id; AG_ERR_MEMORY;
 * AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_node_id_text(struct ag_bytes id, char **ret_text);

/* For __attribute__((cleanup)) of gcc and clang. */
static inline void ag_text_freep(char **text)
{
        ag_free(*text);
}
static inline void ag_message_freep(uint8_t **message)
{
        ag_free(*message);
}
static inline void ag_api_key_freep(ag_api_key **key)
{
        ag_api_key_free(*key);
}
static inline void ag_access_freep(ag_access **access)
{
        ag_access_free(*access);
}
static inline void ag_grant_freep(ag_grant **grant)
{
        ag_grant_free(*grant);
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
