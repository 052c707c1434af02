/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core needs from the outside, as tables of functions. The ports belong to the core; their
 * implementations (store/, os/) depend on it. node/ connects them; the tests use doubles.
 */
#pragma once

#include "base/clock.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/secret.h"

struct store;  /* core/store.h */
struct seal;   /* core/upkeep/seal.h */
struct policy; /* core/policy.h */

/* The time of day. It never goes far backwards, and may jump forward. */
struct clock_port {
        struct instant (*now)(void *context);
        /* Waits before a retry. */
        void (*pause)(void *context, int64_t milliseconds);
        void *context;
};

/* The operating system's randomness, suitable for keys. */
struct entropy_port {
        /* Fills `bytes`. It cannot fail: without randomness the process aborts. */
        void (*fill)(void *context, void *bytes, size_t size);
        void *context;
};

/* Whom a root key is derived for; they share the queue with others. Zeros: nobody. */
struct derivation_user {
        struct uuid account_id; /* of the project */
        struct uuid client_id;  /* of the application */
};

/* A reserved position in the queue; owned by the implementation. */
struct derivation_ticket;

/* Root-key derivations (Argon2id, 64 MiB each), on a bounded number of slots. */
struct root_key_port {
        /* Reserves a ticket with its memory; a ticket is always served. Each must be used by
         * derive() or returned by release(). Return: ERR_OK; ERR_BUSY: the wait would exceed
         * mint.max_wait, the share of this account or client is used up, or there is no memory. */
        enum err (*reserve)(void *context, const struct derivation_user *user,
                            struct derivation_ticket **ret_ticket);
        void (*release)(void *context, struct derivation_ticket *ticket);
        /* Waits for a slot, derives and returns the ticket. Accounts take turns, and so do the
         * clients of one account. Return: ERR_OK; ERR_INTERNAL. */
        enum err (*derive)(void *context, struct derivation_ticket *ticket,
                           struct secret passphrase, struct slice salt, struct crypto_key *ret_key);
        void *context;
};

/* Whom a password is hashed for. */
struct password_user {
        struct digest address; /* a digest of the request's origin; origins take turns */
        bool is_registration;  /* comes after all that wait already */
};

/* Hashing account passwords (Argon2id 19 MiB, t=2, p=1), on a pool of its own. */
struct password_port {
        /* `ret_encoded` is the usual "$argon2id$..." text, in the arena.
         * Return: ERR_OK; ERR_BUSY: no queue slot for this address, or no memory; ERR_INTERNAL. */
        enum err (*hash)(void *context, const struct password_user *user, struct secret password,
                         struct arena *arena, struct slice *ret_encoded);
        /* An absent `encoded` takes the same time as a present one and never matches.
         * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_BUSY; ERR_INTERNAL. */
        enum err (*verify)(void *context, const struct password_user *user, struct secret password,
                           struct slice encoded);
        void *context;
};

/* The operator's list of leaked passwords. */
struct leak_port {
        /* Return: ERR_OK: it is not in the list; ERR_PASSWORD_LEAKED; ERR_INTERNAL. */
        enum err (*check)(const void *context, struct secret password); /* NULL: there is none */
        const void *context;
};

struct mail_message; /* core/people/mail_model.h */

/* The operator's mail server. */
struct mail_port {
        /* Return: ERR_OK: it has the mail; ERR_MAIL_REFUSED: it never will; ERR_MAIL_UNAVAILABLE.
         * NULL: there is none. */
        enum err (*send)(void *context, const struct mail_message *message);
        void *context;
};

/* How low the database's disk is. Each level refuses more. */
enum disk_level {
        DISK_PLENTY,
        DISK_LOW,      /* writes that strangers can cause are refused */
        DISK_VERY_LOW, /* and developers' changes, and consents */
        DISK_FULL,     /* and log-ins and exchanges; whatever ends access is always tried */
};

struct disk_port {
        enum disk_level (*level)(void *context); /* NULL: it is not watched */
        void *context;
};

static inline enum disk_level disk_level(const struct disk_port *port)
{
        return port->level ? port->level(port->context) : DISK_PLENTY;
}

/* A rate limit. */
struct rate_limit {
        uint32_t free;     /* failures without a wait */
        uint32_t parallel; /* concurrent attempts, while there are no more failures than `free` */
        int64_t wait; /* seconds after the next failure, doubled by each further one; 0: until the
                         memory ends */
        int64_t longest_wait; /* seconds */
        int64_t memory;       /* seconds from the last attempt; from the first if wait is 0 */
        int64_t free_memory;  /* the same while there is no wait yet; 0: like `memory` */
};

/* What is counted, and whose share of the table it uses. */
struct rate_limit_key {
        struct digest what;
        const struct rate_limit_key *owner; /* NULL: nobody */
        uint32_t most;                      /* entries that this owner may have */
};

/* How an attempt ended. */
enum attempt_end {
        ATTEMPT_FAILED,    /* it is counted */
        ATTEMPT_NONE,      /* as if it had not happened */
        ATTEMPT_SUCCEEDED, /* earlier failures are forgotten */
};

/* Counts attempts, in the memory of each node. Counts are not evicted early: if there is no room,
 * new attempts wait. Times are of the monotonic clock. */
struct rate_limit_port {
        /* Begins an attempt, unless it must wait. Return: 0: it must be ended; otherwise the
         * seconds to wait. */
        int64_t (*begin)(void *context, const struct rate_limit_key *key,
                         const struct rate_limit *rule);
        void (*end)(void *context, const struct digest *what, enum attempt_end end);
        /* Counts a failure that is not written to the audit trail. */
        void (*leave_out)(void *context);
        void *context;
};

/* What a satellite reports about the project of an API key. */
struct satellite_project {
        struct slice salt;
        struct slice public_id; /* 16 bytes; absent if the satellite reports none */
};

/* Calls to a satellite, which must first prove that it is the one in its address. Every call ends
 * within 20 s, and may be repeated without harm. Keys are raw macaroons. Outcomes of both, with
 * what they mean for the next attempt:
 *      ERR_SATELLITE_FORBIDDEN: we may not call it; ERR_SATELLITE_ADDRESS;
 *      ERR_SATELLITE_UNAVAILABLE: it cannot be reached, nothing was sent;
 *      ERR_SATELLITE_IDENTITY_MISMATCH, ERR_SATELLITE_PROTOCOL: another server is there;
 *      ERR_SATELLITE_OUTCOME_UNKNOWN: the call was sent, and its outcome is unknown;
 *      ERR_SATELLITE_BUSY: later; ERR_BUSY: too many concurrent calls of ours;
 *      ERR_SATELLITE_FAILED: it has a problem, or (revoke) this very key is revoked already;
 *      ERR_SATELLITE_KEY_INVALID, ERR_SATELLITE_KEY_REFUSED: a permanent refusal;
 *      ERR_INTERNAL. */
struct satellite_port {
        /* Works for every valid key, whatever it allows.
         * Return: ERR_OK; the above: ERR_SATELLITE_KEY_REFUSED for a key that is unknown there,
         *         revoked, expired or not valid yet. */
        enum err (*project_info)(void *context, struct arena *arena, struct slice address,
                                 struct secret api_key, struct satellite_project *ret);
        /* Revokes `target` and every key derived from it, authorized by `parent`, from which it was
         * derived. Return: ERR_OK; the above. */
        enum err (*revoke)(void *context, struct slice address, struct secret parent,
                           struct secret target);
        void *context;
};

/* The credentials for S3 programs. */
struct s3_credentials {
        struct secret access_key_id;
        struct secret secret_key;
        struct slice endpoint;
};

/* The edge auth service, which issues S3 credentials for access grants. */
struct edge_port {
        bool is_there; /* whether the operator has configured one */
        /* Registers a grant; returns within 10 s. Return: ERR_OK; ERR_EDGE_UNAVAILABLE; ERR_BUSY:
         * too many concurrent calls; ERR_CREDENTIALS_UNKNOWN: there is no service; ERR_INTERNAL. */
        enum err (*register_grant)(void *context, struct arena *arena, struct secret grant,
                                   struct s3_credentials *ret);
        void *context;
};

/* A client's metadata document, as it was served. */
struct fetched_document {
        struct slice text; /* in the arena */
        int64_t lifetime;  /* seconds that it may be used for */
};

/* Metadata documents of clients, from https URLs that strangers name. They are remembered for their
 * lifetime, and a failed fetch is not repeated for some seconds. Outcomes of both:
 *      ERR_DOCUMENT_UNAVAILABLE: the server cannot be reached, or may not be;
 *      ERR_DOCUMENT_MALFORMED: it has no such document. */
struct document_port {
        /* Does not wait. Return: ERR_OK; the above; what reject() said; ERR_NO_ROW: fetch it;
         * ERR_OUT_OF_MEMORY. */
        enum err (*find)(void *context, struct arena *arena, struct slice url,
                         struct fetched_document *ret);
        /* Returns within ten seconds. Return: ERR_OK; the above; what reject() said; ERR_BUSY: too
         * many fetches at once; ERR_OUT_OF_MEMORY; ERR_INTERNAL. */
        enum err (*fetch)(void *context, struct arena *arena, struct slice url,
                          struct fetched_document *ret);
        /* What was fetched is not valid: it is not remembered. */
        void (*reject)(void *context, struct slice url, enum err outcome);
        void *context;
};

/* A document of an OpenID Connect provider. */
struct provider_document {
        struct slice url;
        int64_t fresh; /* seconds that what is remembered may be old */
};

/* A call to a provider. */
struct provider_call {
        struct slice url;
        struct secret bearer; /* absent: none */
        struct secret basic;  /* the same, user and password with a colon between */
        struct secret form;   /* what is sent by POST; absent: GET */
};

/* The providers that the operator lets people log in with, at https URLs, or http ones of this
 * machine. Outcomes of both, which return within ten seconds: ERR_OK; ERR_PROVIDER_AWAY: it cannot
 * be reached, or its status is not 200; ERR_PROVIDER_REFUSED: it answers a form with 400; ERR_BUSY:
 * too many such calls; faults. */
struct provider_port {
        /* What is remembered, or fetches it, once at a time. */
        enum err (*read)(void *context, struct arena *arena,
                         const struct provider_document *document, struct slice *ret_text);
        enum err (*call)(void *context, struct arena *arena, const struct provider_call *call,
                         struct secret *ret_text);
        void *context;
};

struct ports {
        const struct policy *policy;
        struct store *store;
        struct seal *seal;
        struct clock_port clock;
        struct entropy_port entropy;
        struct root_key_port root_key;
        struct password_port password;
        struct leak_port leaks;
        struct mail_port mail;
        struct rate_limit_port rate_limit;
        struct satellite_port satellite;
        struct edge_port edge;
        struct document_port documents;
        struct provider_port provider;
        struct disk_port disk;
};
