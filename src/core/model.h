/* SPDX-License-Identifier: Apache-2.0
 *
 * The domain model: clients, projects, requests with their codes, and grants; people have a header
 * of their own. These are values; their slices are in the arena they were read into. An instant of
 * zero means "never" or "not yet". The numbers of enums are stored: add new ones, never renumber.
 */
#pragma once

#include "base/clock.h"
#include "base/encode.h"
#include "base/limits.h"
#include "base/secret.h"
#include "core/grants/scope.h"
#include "core/people/account_model.h"

/* Where a page of a list ended: the value that the list is ordered by, and an id to distinguish
 * rows with equal values. Zeros: the beginning. */
struct list_cursor {
        int64_t number;
        struct uuid id;
};

/* The result of a list operation, in the arena. */
#define LIST_OF(type)                                                                              \
        {                                                                                          \
                type *items;                                                                       \
                size_t n;                                                                          \
                struct list_cursor next; /* after this page; zeros: it is the last */              \
                bool is_cut;             /* there are more than these */                           \
        }

/* A part of a list. A page is also bounded in bytes (LIMIT_LIST_BYTES), so a page shorter than
 * `limit` need not be the last one; it has at least one row if there is one. */
struct list_page {
        int64_t limit;            /* rows, at most */
        struct list_cursor after; /* zeros: from the beginning */
        size_t bytes;             /* 0: LIMIT_LIST_BYTES; only log_list accepts another bound */
};

static inline bool list_cursor_is_none(const struct list_cursor *cursor)
{
        static const struct uuid zeros;

        return cursor->number == 0 && uuid_equal(&cursor->id, &zeros);
}

/* What a service may do; bits. */
enum token_role {
        TOKEN_CHECK = 1 << 0,       /* check whether a grant allows an action */
        TOKEN_REVOCATIONS = 1 << 1, /* read the feed of revocations */
};

/* What a gateway, satellite or cron job authenticates with; created by the operator. */
struct service_token {
        struct uuid id;
        struct slice name;
        unsigned roles; /* enum token_role */
        struct digest token;
        struct instant created_at;
};

enum client_status {
        CLIENT_DISABLED = 0,
        CLIENT_ACTIVE = 1,
        CLIENT_WAITING = 2, /* for an operator's approval */
        CLIENT_BLOCKED = 3, /* by an operator */
};

/* A client secret at rest: sealed, since an HMAC needs the text. */
struct client_secret_row {
        struct uuid id;
        struct slice sealed;
        struct instant created_at;
        struct instant last_used_at;
        struct instant expires_at; /* zero: does not expire */
        bool is_foreign; /* not of the form that grantd makes, so how hard it is to guess is not
                            known */
};

/* The ways for a client to authenticate; the numbers are stored. */
enum client_auth {
#define CLIENT_AUTH(name, method, number, wire) CLIENT_AUTH_##name = (number),
#include "core/clients/auth/methods.def"
#undef CLIENT_AUTH
};

/* Where an application runs (RFC 7591 section 2; RFC 8252); the numbers are stored. */
enum application_type {
        APPLICATION_WEB = 0,
        APPLICATION_NATIVE = 1, /* a program on the user's device */
};

/* How an application knows users; the numbers are stored. */
enum subject_type {
        SUBJECT_PAIRWISE = 0, /* by names that no other application gets */
        SUBJECT_PUBLIC = 1,   /* by the ids of their accounts */
};

struct client {
        struct uuid id;        /* the row's own */
        struct uuid client_id; /* the application's public id */
        struct uuid account_id;
        struct slice name;
        struct slice description;
        struct texts redirect_uris;
        struct texts logout_uris;     /* where a logout that it asks for may lead; may be none */
        struct slice scopes;          /* stored form; empty where none are registered */
        struct slice optional_scopes; /* stored form */
        enum client_status status;
        enum client_auth auth_method;
        enum application_type type;
        bool require_pkce;
        bool require_pushed; /* accepts pushed requests only */
        bool legacy_redirect;
        bool device_flow;            /* RFC 8628 */
        bool refresh_tokens;         /* gets them without offline_access */
        int64_t secret_max_lifetime; /* seconds; 0: the server's default */
        enum subject_type subject;
        bool id_tokens_es256;  /* signed with ES256; otherwise RS256 */
        struct slice jwks;     /* its public keys, as client_keys_take() keeps them; or empty */
        struct slice document; /* the URL of its metadata document, which is its client_id to all
                                  others; empty: it was registered */
        struct instant document_until; /* how long what was read there may be used */
        bool is_new;                   /* read from its document, and has no row yet */
        struct instant created_at;
        struct client_secret_row secrets[LIMIT_CLIENT_SECRETS]; /* live ones, newest first */
        size_t n_secrets;
};

/* The account of the applications that registered themselves (RFC 7591). It has no e-mail address
 * and no identity, so nobody can log in as it, and it is in no list. */
static inline const struct uuid *account_of_nobody(void)
{
        static const struct uuid id = {{[6] = 0x80, [8] = 0x80, [15] = 1}};

        return &id;
}

/* Whether it registered itself, so that no developer is behind it who has an account. */
static inline bool client_is_self_registered(const struct client *client)
{
        return uuid_equal(&client->account_id, account_of_nobody());
}

/* How paths are encrypted in a project; the numbers are those of an access grant. */
enum path_cipher {
        PATH_CIPHER_NONE = 1,
        PATH_CIPHER_AESGCM = 2,
};

struct project {
        struct uuid id;
        struct uuid account_id;
        struct slice name;
        struct slice satellite_address;
        struct slice head;           /* of the API key */
        struct slice sealed_api_key; /* raw macaroon */
        struct slice
                sealed_secret; /* of the root key, for self-issued projects; absent otherwise */
        struct slice salt;
        enum path_cipher path_cipher;
        struct slice limits;          /* stored scope that the key allows; absent: everything */
        struct instant key_begins_at; /* zero: at once */
        struct instant key_ends_at;   /* zero: no end */
        struct instant created_at;
        struct slice public_id;  /* its satellite's id for it; absent: unknown */
        struct instant prove_at; /* imported and not proven at its satellite: when to try next;
                                    zero: proven, or self-issued */
        struct slice problem;    /* why it is not proven: the name of an outcome; may be absent */
        bool is_dead;            /* set by project_by_head() only: it or its account is deleted */
};

enum request_status {
        REQUEST_PENDING = 0,
        REQUEST_APPROVED = 1,
        REQUEST_REJECTED = 2,
        REQUEST_WITHDRAWN = 3,
        REQUEST_USED = 4,
};

/* A request for access; once approved it carries the code, as a digest. */
/* What an account has allowed a client, by the number of its request. Any number of grants may be
 * issued from it. */
struct authorization {
        struct uuid project_id;
        struct slice scope;       /* stored form */
        unsigned protocol_scopes; /* enum protocol_scope */
        int64_t lifetime;         /* of each grant, seconds; 0: no end */
        int64_t most; /* written only: that may be live for this account and client; beyond them
                         the oldest end; 0: any number */
};

/* The code that is exchanged for the authorization, once; by the same number. */
struct code {
        struct digest digest;
        bool needs_passphrase; /* a prefix was granted and no key is stored with the code */
        struct slice sealed_access;
        struct instant expires_at;
        struct instant used_at;
};

struct request {
        int64_t no; /* the row's number, part of the code */
        struct uuid id;
        struct uuid account_id;
        struct uuid client_row; /* client.id */
        struct slice redirect_uri;
        struct slice scope;         /* stored form */
        unsigned protocol_scopes;   /* enum protocol_scope */
        struct slice asked;         /* both as the application wrote them; absent: in stored form */
        struct uuid wanted_project; /* the only one that will do; zeros: any */
        int64_t lifetime_limit;     /* how long access may last, seconds; 0: no limit */
        struct slice state;         /* absent if none was sent */
        struct slice challenge;     /* PKCE, S256; absent if none was sent */
        struct slice nonce;         /* for the ID token; absent if none was sent */
        struct digest device; /* of the device_code it was asked with (RFC 8628), and there is no
                                 redirect URI; zeros: none */
        struct authentication authentication; /* once decided: of who decided */
        enum request_status status;
        struct instant created_at;
        struct instant expires_at;
        struct instant decided_at;
        struct instant login_after; /* who decides must have shown since then who they are; zero:
                                       ever */
        struct authorization authorization; /* once approved; */
        struct code code;                   /* the same */
};

/* Whether a device asks that has no browser. */
static inline bool request_is_of_device(const struct request *request)
{
        static const struct digest none;

        return !digest_equal(&request->device, &none);
}

enum grant_status {
        GRANT_MINTING = 0, /* shown as failed when older than MINTING_LIFETIME */
        GRANT_LIVE = 1,
        GRANT_REVOKED = 2,
};

/* What makes a revocation effective, the weakest first. */
enum enforced_by {
        ENFORCED_BY_EXPIRY = 0,    /* nothing: the access lasts until it expires */
        ENFORCED_BY_SATELLITE = 1, /* imported: the satellite, once it was notified */
        ENFORCED_BY_CHECK = 2,     /* self-issued: storage services that check here */
};

/* Whether the satellite knows of a revocation. */
enum delivery_state {
        DELIVERY_PENDING = 0,
        DELIVERY_DONE = 1,
        DELIVERY_FAILED = 2, /* the satellite refuses; tried again daily until the grant expires */
        DELIVERY_ENDED = 3,  /* the grant expired first */
};

/* The delivery of one grant's revocation. Zeros if there is none to deliver. */
struct delivery {
        bool exists;
        enum delivery_state state;
        struct instant settled_at; /* zero: pending */
        struct slice problem;      /* of the last attempt: the name of an outcome; may be absent */
};

/* What ends access, as recorded in revocations.log. */
enum log_kind {
#define LOG_KIND(name, done) LOG_##name,
#include "core/upkeep/log_kinds.def"
#undef LOG_KIND
        LOG_KINDS
};

/* Why grants died; each is a row of the feed. */
enum revocation_kind {
        REVOKED_GRANT = 1,
        REVOKED_CLIENT = 2,
        REVOKED_PROJECT = 3,
        REVOKED_ACCOUNT = 4,
        REVOKED_ACCESS = 5, /* all access of a client to an account */
};

/* A grant that died before it expired. */
struct revocation {
        struct uuid grant_id;
        struct slice sealed_tail; /* see core/grants/tail.h */
        struct instant revoked_at;
        struct instant until; /* its expiry, after which it can be forgotten; zero: never */
        struct delivery delivery;
};

/* How far a reader has read the feed: everything up to the row `seq`; if `grant` is set, the last
 * row only up to that grant. */
struct revocation_cursor {
        int64_t seq;
        struct uuid grant; /* zeros: the whole row */
};

struct revocation_page {
        struct revocation_cursor after;
        int64_t limit;
};

struct revocation_list {
        struct revocation *items;
        size_t n;
        struct revocation_cursor next;
};

struct grant {
        struct uuid id; /* UUIDv7; also the nonce in its caveat, so a grant identifies its row */
        int64_t authorization_no; /* 0: an owner's grant */
        struct uuid account_id;
        struct uuid client_row; /* zeros: an owner's grant */
        struct uuid client_id;  /* read only: the application's public id */
        struct uuid project_id;
        struct slice scope;
        enum grant_status status;
        struct instant created_at;
        struct instant expires_at;    /* zero: no end */
        struct slice sealed_tail;     /* once issued; see core/grants/tail.h */
        struct slice sealed_caveat;   /* written only: for an imported project, what derives the
                                         grant's API key from the project's */
        enum enforced_by enforced_by; /* read only */
        struct delivery delivery;     /* read only: of its revocation */
        bool is_dead;                 /* read only: its client, project or account is gone */
};

/* What an application may learn of the person who allowed it. */
struct grant_person {
        unsigned protocol_scopes; /* that were granted; enum protocol_scope */
        struct slice email;
        struct slice full_name;
};

struct grant_list LIST_OF(struct grant);
struct scope_list LIST_OF(struct slice); /* stored forms */

struct grant_ids {
        const struct uuid *items;
        size_t n;
};

/* Return: whether it is an owner's grant, without any application. */
static inline bool grant_is_owners(const struct grant *grant)
{
        static const struct uuid none;

        return uuid_equal(&grant->client_row, &none);
}
