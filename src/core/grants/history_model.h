/* SPDX-License-Identifier: Apache-2.0
 *
 * Past requests and their results.
 */
#pragma once

#include "core/model.h"

/* The state of a request, including its grant. */
enum request_state {
        STATE_PENDING = 0,
        STATE_APPROVED = 1, /* the code waits for its exchange */
        STATE_REJECTED = 2,
        STATE_WITHDRAWN = 3,
        STATE_EXPIRED = 4, /* not decided, or not exchanged, in time */
        STATE_USED = 5,
        STATE_FAILED = 6, /* exchanged, but the grant could not be issued */
        STATE_REVOKED = 7,
};
enum { REQUEST_STATES = STATE_REVOKED + 1 };

/* A request as its user and its developer see it afterwards. */
struct history_entry {
        int64_t no; /* of the request's row */
        struct uuid request_id;
        struct uuid client_id; /* the public one */
        struct uuid account_id;
        struct slice scope; /* stored form: what was granted, otherwise what was requested */
        enum request_state state;
        struct instant created_at;
        struct instant decided_at;
        struct instant exchanged_at;
        struct delivery delivery; /* of its grant's revocation */
};

struct history_list LIST_OF(struct history_entry);

/* The requests for one client. */
struct history_query {
        struct uuid client_row;
        struct list_page page;
};

/* A developer's filter for requests. */
struct log_filter {
        struct instant from; /* made at or after this */
        struct instant before;
        struct uuid client_id; /* the public one; zeros: all */
        int state;             /* enum request_state; -1: all */
        int64_t most;          /* that are counted, the newest; 0: LOG_COUNTED */
};

enum { LOG_COUNTED = 10000 };

/* Of these, those after the page's cursor, without the first `offset`. */
struct log_query {
        struct log_filter filter;
        struct list_page page;
        int64_t offset;
};

struct state_counts {
        int64_t of[REQUEST_STATES];
        bool is_cut; /* there may be older ones that were not counted */
};

/* The counts of one day, UTC. */
struct log_day {
        struct instant at; /* midnight */
        int64_t n_exchanges;
        int64_t n_refusals; /* by users */
        int64_t n_failures; /* of exchanges */
};

struct log_day_list LIST_OF(struct log_day);

/* One kind of access that an application has: grants of the same scope for the same project. */
struct permission {
        struct slice scope; /* stored form */
        struct uuid project_id;
        struct instant issued_at;       /* the last time */
        struct instant ends_at;         /* zero: never */
        struct instant renewable_until; /* by a refresh token; zero: it cannot be renewed */
};

struct permission_list LIST_OF(struct permission);

/* An exchange that was refused, once the client had proven itself; of a public client one with a
 * code or token of it. As the audit trail has it. */
struct exchange_failure {
        struct instant at;
        int64_t no;
        struct slice outcome;    /* "ERR_CODE_USED" */
        struct slice request_id; /* the X-Request-Id */
};

struct exchange_failure_list LIST_OF(struct exchange_failure);

/* The failures of one client; the state of the filter means nothing. */
struct exchange_failure_query {
        struct log_filter filter;
        struct list_page page;
};

/* What was done with an account: an entry of the audit trail, or a grant that was issued. */
struct activity {
        struct instant at;
        struct slice action;      /* "login", "exchange", ... */
        struct uuid client_id;    /* the public one; zeros: none */
        struct slice client_name; /* empty: none, or it is gone */
        struct uuid subject_id;   /* the request, grant, project or session; zeros: none */
        struct slice address;     /* empty: of a grant it is not recorded here */
        struct list_cursor place; /* its own, in the list */
};

struct activity_list LIST_OF(struct activity);

struct failure_reason {
        struct slice outcome;
        int64_t n;
};

struct failure_reason_list LIST_OF(struct failure_reason);

/* The authorizations of an account for one client. */
struct authorizations {
        struct uuid client_row;
        int64_t most; /* that may be live */
};

/* The one that ends when there is another one. */
struct replaced {
        struct instant decided_at; /* zero: none does */
        struct slice scope;        /* stored form */
};

/* All access that an account has given one application. */
struct connection {
        struct uuid client_row;
        struct uuid client_id;
        struct slice name;
        struct slice description;
        struct slice developer_name;    /* empty: */
        bool is_self_registered;        /* it has no developer */
        struct slice document;          /* the URL of its metadata document; empty: none */
        bool is_gone;                   /* in the store only: it was deleted */
        struct instant first_at;        /* approval */
        struct instant last_at;         /* approval or renewal */
        int64_t n_requests;             /* up to 1,000 */
        int64_t n_live;                 /* grants */
        int64_t newest_no;              /* approval */
        struct slice redirect_uri;      /* where that led; empty: it was a device's */
        struct permission *permissions; /* the newest first */
        size_t n_permissions;
        bool permissions_are_cut;       /* there are more than these */
        struct instant ends_at;         /* of what is live or can be renewed; zero: never */
        struct instant renewable_until; /* by a refresh token; zero: it cannot be renewed */
        struct instant renewed_at;      /* the last time, if it can; zero: never */
        enum enforced_by enforced_by; /* the weakest of the live grants; without any, of the last */
        int64_t n_pending;            /* revocations of its grants that are not delivered yet, */
        int64_t n_failed;             /* and those that cannot be; up to 1,000 */
};

struct connection_list LIST_OF(struct connection);

/* Who was asked, in which request. */
struct client_request {
        int64_t no;
        struct uuid account_id;
};

struct client_request_list LIST_OF(struct client_request);

struct client_request_page {
        struct uuid client_row;
        int64_t after; /* the number */
};
