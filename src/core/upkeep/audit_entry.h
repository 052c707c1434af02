/* SPDX-License-Identifier: Apache-2.0
 *
 * An entry of the audit trail.
 */
#pragma once

#include "core/model.h"
#include "core/people/mail_model.h"

/* What an operation writes to the audit trail. Never a secret. */
struct audit_entry {
        const char *action;      /* "login", "code_exchanged", ... */
        const char *outcome;     /* "ok", or the name of the refusal */
        struct uuid account_id;  /* zeros: none */
        struct uuid client_id;   /* the public one; zeros: none */
        struct uuid subject_id;  /* the request, grant or project it is about; zeros: none */
        struct uuid actor_id;    /* the account of the operator who did it; zeros: none did */
        struct slice request_id; /* the X-Request-Id */
        struct slice address;
        struct instant at;
        const struct mail
                *notice; /* entered with it if that was done; NULL, or without a kind: none */
};

/* An entry as it is read. */
struct audit_row {
        struct instant at;
        int64_t no;
        struct slice action;
        struct slice outcome;
        struct uuid account_id; /* zeros: none; the same below */
        struct uuid client_id;
        struct uuid subject_id;
        struct uuid actor_id;
        struct slice request_id;
        struct slice address;
        struct slice email, actor_email; /* of the accounts; only audit_newest() fills them */
};

struct audit_list LIST_OF(struct audit_row);

/* Entries in the order of their time: from `from` on, behind the number `after` of those of that
 * very instant, and before `before`. */
struct audit_page {
        struct instant from;
        int64_t after;
        struct instant before;
        struct list_page page; /* its cursor means nothing */
};
