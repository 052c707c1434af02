/* SPDX-License-Identifier: Apache-2.0
 *
 * What upkeep needs from the store: quotas, cleanup, sizes, named and sealed values, recovery.
 */
#pragma once

#include "base/error.h"
#include "core/model.h"
#include "core/upkeep/seal.h"

/* --- quotas --- */

/* What a quota is for; the numbers are stored. */
enum quota_kind {
        QUOTA_SHARE = 1,    /* requests of one developer's applications to one account */
        QUOTA_REQUESTS = 2, /* requests of an account */
        QUOTA_CLIENT = 3,   /* requests of an application, by its row's id */
        QUOTA_LOGINS = 4,
        QUOTA_CHANGES = 5,
        QUOTA_AUDIT = 6,     /* refused exchanges of an application that are audited */
        QUOTA_REFUSED = 7,   /* refused exchanges of an application whose JWTs are remembered */
        QUOTA_PROOFS = 8,    /* JWTs that an application has used for something else than a code */
        QUOTA_REFRESH = 9,   /* uses of a family of refresh tokens */
        QUOTA_RENEWALS = 10, /* of all families of an account and an application, by both ids */
        QUOTA_NARROWINGS = 11,  /* of grants that an application exchanges for narrower ones, too */
        QUOTA_RESET_MAILS = 12, /* to an e-mail address, by its digest */
        QUOTA_NOTICES = 13,     /* the same: of what happens to the account itself */
        QUOTA_SECRET_NOTICES = 14, /* the same: of what its sessions can do without its password */
        QUOTA_EMAIL_WISHES = 15,   /* other e-mail addresses that an account asks for */
        QUOTA_EMAIL_MAILS = 16,    /* to such an address, by its digest */
        QUOTA_REGISTRATION_MAILS = 18, /* the same: to register */
        QUOTA_EMAIL_UNDOS = 17,        /* to an address that an account had, by its digest */
        QUOTA_BROWSER_NOTICES = 19,    /* the same: of log-ins */
        QUOTA_CONNECTED_NOTICES = 20,  /* the same: of applications that were connected */
};

struct quota {
        enum quota_kind kind;
        struct slice who; /* an account's or row's id, or two */
        int64_t per_day;  /* not 0 */
        enum err refusal; /* the outcome if it is used up */
};

/* One unit of each is spent, or of none. */
struct quota_bill {
        const struct quota *quotas;
        size_t n;
};

/* --- cleanup --- */

/* What is removed. All times are in unix milliseconds, except the JWTs' expiry, in seconds. */
struct cleanup_limits {
        int64_t jwt_before;             /* used JWTs that expired before */
        struct instant codes_before;    /* codes that expired before */
        struct instant audit_before;    /* audit rows written before */
        struct instant requests_before; /* requests from before that never became a grant; and
                                           accounts, clients and projects deleted before */
        struct instant grants_before;   /* grants that expired before, with their requests */
};

/* --- sizes --- */

struct table_size {
        int64_t n_rows;
        int64_t n_bytes; /* with its indexes; -1: unknown, as for a database over 4 GiB */
};

/* In bytes. */
struct store_space {
        int64_t n_bytes; /* of the database */
        int64_t n_free;  /* of these: free for new rows */
};

/* --- named values --- */

struct named_value {
        const char *name;
        struct slice value;
};

struct named_change {
        const char *name;
        struct slice was;
        struct slice value;
};

/* --- sealed values --- */

/* A sealed value. */
struct sealed_value {
        struct uuid row;
        struct slice sealed;
        struct slice rekeyed; /* for sealed_replace() */
};
struct sealed_list LIST_OF(struct sealed_value);

struct sealed_page {
        enum seal_purpose purpose;
        struct slice key_id; /* empty: no key has it, so that all values are listed */
        struct uuid after;   /* rows after this one */
};

struct rekeyed_values {
        enum seal_purpose purpose;
        const struct sealed_value *items;
        size_t n;
};

/* --- recovery --- */

/* What was done to recover after a restore. */
struct recovered {
        int64_t n_requests; /* ended, their codes with them */
        int64_t n_sessions;
        int64_t n_done[LOG_KINDS];    /* repeated, since the restored copy lacked it */
        struct texts locked_accounts; /* whose passwords were locked: their e-mail addresses */
        bool log_is_missing;          /* although the copy refers to one */
        bool log_is_older;            /* than the copy: it ends before the copy does */
        int64_t n_lost;               /* missing lines */
        int64_t n_unreadable;
        int64_t n_duplicates;
};

/* What a copy of the revocation log had that the database did not. */
struct log_merged {
        int64_t n_added;
        int64_t n_unreadable; /* lines, which are left out */
};

/* Whether the log was complete and intact. */
static inline bool recovered_is_whole(const struct recovered *recovered)
{
        return !recovered->log_is_missing && !recovered->log_is_older && recovered->n_lost == 0 &&
               recovered->n_unreadable == 0 && recovered->n_duplicates == 0;
}

/* What a server says of itself. Numbers are -1 if the database is a file, or our role is not told.
 */
struct store_state {
        bool is_writable;
        int64_t n_standbys;
        int64_t standby_lag;    /* bytes */
        int64_t partitions_end; /* unix milliseconds up to which rows find partitions */
};
