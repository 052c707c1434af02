/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core needs from the world, as tables of contracts. The port belongs to the core; the
 * adapters (store/, os/) point inwards. main wires them; the tests wire doubles.
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

/* Time. Never goes far backwards; may jump forward. */
struct clock_port {
        struct instant (*now)(void *context);
        /* Waits that long, for a retry. */
        void (*pause)(void *context, int64_t milliseconds);
        void *context;
};

/* Randomness of the operating system, good for keys. */
struct entropy_port {
        /* Fills `bytes`. It cannot fail: a system without randomness ends the process. */
        void (*fill)(void *context, void *bytes, size_t size);
        void *context;
};

/* Who a root key is derived for: they share the places with the others. Zeros: nobody. */
struct derivation_user {
        struct uuid account_id; /* whose project it is */
        struct uuid client_id;  /* of the application that asks */
};

/* A place in the queue, reserved; the adapter's. */
struct derivation_ticket;

/* Root-key derivations (Argon2id, 64 MiB each), on a bounded number of slots. */
struct root_key_port {
        /* Takes a place in the queue, with the memory for it; a place taken is always served. Each
         * must be given up again, by derive() or by release().
         * Return: ERR_OK; ERR_BUSY: no place within mint.max_wait, none left in the share of this
         * account or client, or no memory. */
        enum err (*reserve)(void *context, const struct derivation_user *user,
                            struct derivation_ticket **ret_ticket);
        void (*release)(void *context, struct derivation_ticket *ticket);
        /* Waits for a slot, derives and gives the place back. Accounts take turns, and so do the
         * clients of one account. Return: ERR_OK; ERR_INTERNAL. */
        enum err (*derive)(void *context, struct derivation_ticket *ticket,
                           struct secret passphrase, struct slice salt, struct crypto_key *ret_key);
        void *context;
};

/* What a password is worked on for. */
struct password_user {
        struct digest address; /* stands for where the request comes from; these take turns */
        bool is_registration;  /* comes after whoever is there already */
};

/* Passwords of accounts (Argon2id 19 MiB, t=2, p=1), on a pool of their own. */
struct password_port {
        /* `ret_encoded` is the usual "$argon2id$..." text, in the arena.
         * Return: ERR_OK; ERR_BUSY: no place in the queue for this address, or no memory;
         * ERR_INTERNAL. */
        enum err (*hash)(void *context, const struct password_user *user, struct secret password,
                         struct arena *arena, struct slice *ret_encoded);
        /* An absent `encoded` costs the same as a present one and never matches.
         * Return: ERR_OK; ERR_INVALID_CREDENTIALS; ERR_BUSY; ERR_INTERNAL. */
        enum err (*verify)(void *context, const struct password_user *user, struct secret password,
                           struct slice encoded);
        void *context;
};

/* How low the disk is that the database is on. From each level on more is refused. */
enum disk_level {
        DISK_PLENTY,
        DISK_LOW,      /* what strangers can cause is refused */
        DISK_VERY_LOW, /* and what developers change, and consents */
        DISK_FULL,     /* and log-ins and exchanges; what makes access end is always tried */
};

struct disk_port {
        enum disk_level (*level)(void *context); /* NULL: nobody watches it */
        void *context;
};

static inline enum disk_level disk_level(const struct disk_port *port)
{
        return port->level ? port->level(port->context) : DISK_PLENTY;
}

/* How often something may be tried. */
struct rate_limit {
        uint32_t free;        /* failures that cost no wait */
        uint32_t parallel;    /* attempts at once, while there was no more than these failures */
        int64_t wait;         /* seconds after the one behind these, doubled by each one more;
                               * 0: until the memory ends */
        int64_t longest_wait; /* seconds */
        int64_t memory;       /* seconds, from the last attempt; from the first where wait is 0 */
        int64_t free_memory;  /* the same while there is no wait yet; 0: as `memory` */
};

/* What is counted, and who is charged for remembering it. */
struct rate_limit_key {
        struct digest what;
        const struct rate_limit_key *owner; /* NULL: nobody */
        uint32_t most;                      /* things remembered at once for this owner */
};

/* How an attempt ended. */
enum attempt_end {
        ATTEMPT_FAILED,    /* it is counted */
        ATTEMPT_NONE,      /* as if it had not been */
        ATTEMPT_SUCCEEDED, /* what failed before is forgotten */
};

/* Attempts, kept in memory by each node for itself. What counts is not forgotten before its time:
 * where there is no room for more, new attempts wait. Times are of a clock that nobody sets. */
struct rate_limit_port {
        /* Begins an attempt, unless it must wait.
         * Return: 0: to be ended; else the seconds to wait. */
        int64_t (*begin)(void *context, const struct rate_limit_key *key,
                         const struct rate_limit *rule);
        void (*end)(void *context, const struct digest *what, enum attempt_end end);
        /* Takes note of a failure that is not written to the audit trail. */
        void (*leave_out)(void *context);
        void *context;
};

/* What a satellite tells about the project of an API key. */
struct satellite_project {
        struct slice salt;
        struct slice public_id; /* 16 bytes; absent where the satellite tells none */
};

/* Calls of a satellite, which must prove first that it is the one its address names. Every call
 * ends within 20 s, and may be repeated without harm. Keys are raw macaroons.
 * Outcomes of both, with what they mean for the next attempt:
 * ERR_SATELLITE_FORBIDDEN: we may not call it; ERR_SATELLITE_ADDRESS;
 * ERR_SATELLITE_UNAVAILABLE: it cannot be reached, nothing was asked;
 * ERR_SATELLITE_IDENTITY_MISMATCH, ERR_SATELLITE_PROTOCOL: somebody else is there;
 * ERR_SATELLITE_OUTCOME_UNKNOWN: it was asked, and what it did is not known;
 * ERR_SATELLITE_BUSY: later; ERR_BUSY: too many calls of ours at once;
 * ERR_SATELLITE_FAILED: it has troubles, or (revoke) this very key is revoked already;
 * ERR_SATELLITE_KEY_INVALID, ERR_SATELLITE_KEY_REFUSED: no, and it will stay so; ERR_INTERNAL. */
struct satellite_port {
        /* Works for every key that is good now, whatever it allows.
         * Return: ERR_OK; the above: ERR_SATELLITE_KEY_REFUSED for one that is unknown there,
         * revoked, ended or not valid yet. */
        enum err (*project_info)(void *context, struct arena *arena, struct slice address,
                                 struct secret api_key, struct satellite_project *ret);
        /* Revokes `target` and all that is made from it, by the right of `parent`, from which it
         * was made itself. Return: ERR_OK; the above. */
        enum err (*revoke)(void *context, struct slice address, struct secret parent,
                           struct secret target);
        void *context;
};

/* What S3 programs log in with. */
struct s3_credentials {
        struct secret access_key_id;
        struct secret secret_key;
        struct slice endpoint;
};

/* The edge auth service, which makes S3 credentials of access grants. */
struct edge_port {
        bool is_there; /* the operator has set one */
        /* Registers a grant, which ends within 10 s.
         * Return: ERR_OK; ERR_EDGE_UNAVAILABLE; ERR_BUSY: too many at once;
         * ERR_CREDENTIALS_UNKNOWN: there is no service; ERR_INTERNAL. */
        enum err (*register_grant)(void *context, struct arena *arena, struct secret grant,
                                   struct s3_credentials *ret);
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
        struct rate_limit_port rate_limit;
        struct satellite_port satellite;
        struct edge_port edge;
        struct disk_port disk;
};
