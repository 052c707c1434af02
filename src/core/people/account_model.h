/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, how people authenticate for them, and sessions; core/model.h says what holds for all
 * such values.
 */
#pragma once

#include "base/clock.h"
#include "base/encode.h"
#include "core/people/language.h"

/* What an account may do besides what everybody may; bits, stored. */
enum account_role {
        ACCOUNT_DEVELOPER = 1 << 0,
        ACCOUNT_OPERATOR = 1 << 1, /* uses the operators' page; only a command gives it */
};

/* What its person can do without being told by mail; bits, stored. Of what guards the account they
 * are always told. */
enum account_notice {
        NOTICE_SECRET = 1 << 0,      /* an application of theirs has another secret */
        NOTICE_NEW_BROWSER = 1 << 1, /* somebody logged in with a browser that is not known */
        NOTICE_CONNECTED = 1 << 2,   /* they allowed an application something, the first time */
};

struct account {
        struct uuid id;
        struct slice email;
        struct slice full_name;
        struct instant created_at;
        struct instant disabled_at; /* by an operator: everything under it is invalid */
        unsigned roles;             /* enum account_role */
        enum language language;     /* of its mails and pages */
        unsigned notices_off;       /* enum account_notice: what is not told */
};

/* The ways to log in; the numbers are stored. */
enum login_method {
#define LOGIN_METHOD(name, check, number) LOGIN_##name = (number),
#include "core/people/login/methods.def"
#undef LOGIN_METHOD
};

/* How a person authenticates for an account. */
struct identity {
        struct uuid id;
        struct account account;
        enum login_method method;
        struct slice secret;  /* what is checked: for a password the encoded Argon2id text; empty:
                                 locked */
        struct slice subject; /* whom a provider logs in: issuer, a space, `sub`; empty: nobody */
        int64_t version;      /* grows with every change; read only */
        unsigned means;       /* what it was checked by: enum authentication_means; not stored */
};

/* What somebody has shown who they are with, on top of what the log-in's method says; bits. */
enum authentication_means {
        MEANS_PASSWORD = 1 << 0,
        MEANS_FACTOR = 1 << 1, /* the second factor */
        MEANS_PASSKEY = 1 << 2,
};

/* When somebody last showed who they are, and how. */
struct authentication {
        struct instant at;
        unsigned means; /* enum authentication_means */
};

struct session {
        struct uuid id;
        struct digest token; /* of the text that the browser or program has */
        struct account account;
        enum login_method method; /* how the person logged in */
        struct authentication authentication;
        struct instant created_at;
        struct instant last_seen_at;
        struct instant ends_at;
        struct slice address;
        struct slice user_agent;
};
