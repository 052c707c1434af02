/* SPDX-License-Identifier: Apache-2.0
 *
 * Mail to people: what waits to be sent, and what a mail server gets.
 */
#pragma once

#include "base/clock.h"
#include "base/encode.h"
#include "base/secret.h"
#include "core/people/language.h"

/* The numbers are stored. */
enum mail_kind {
        MAIL_RESET = 1,    /* a link for another password, if the address is an account's */
        MAIL_PASSWORD = 2, /* the password was changed */
        MAIL_FACTOR_ADDED = 3,
        MAIL_FACTOR_REMOVED = 4,
        MAIL_RECOVERY_CODES = 5, /* there are others now */
        MAIL_RECOVERY_CODE_USED = 6,
        MAIL_CLIENT_SECRET = 7, /* an application of this developer has another secret */
        MAIL_PASSKEY_ADDED = 8,
        MAIL_PASSKEY_REMOVED = 9,
        MAIL_PASSKEY_CLONED = 10, /* somebody else has a copy of it */
        MAIL_FACTORS_RESET = 11,  /* the operator removed the second factor and all passkeys */
        MAIL_EMAIL_WISH = 12,     /* a link to the address that an account is to have */
        MAIL_EMAIL_TAKEN = 13,    /* what is sent instead if the address is another account's */
        MAIL_EMAIL_CHANGED = 14,  /* a link to undo that, to the address that an account had */
        MAIL_REGISTRATION = 15,   /* a link to register */
        MAIL_REGISTERED = 16,     /* what is sent instead if there is an account */
        MAIL_NEW_BROWSER = 17,    /* somebody logged in from a browser that is not known */
        MAIL_CONNECTED = 18,      /* the account allowed an application something, the first time */
};

struct mail {
        struct uuid id;
        enum mail_kind kind;
        struct slice recipient; /* an e-mail address in its normal form */
        enum language language;
        struct slice about; /* MAIL_RESET: from which address it was asked for; MAIL_CLIENT_SECRET,
                             * MAIL_CONNECTED: the application's name; of a passkey: its name;
                             * MAIL_EMAIL_WISH: the address that the account has; MAIL_NEW_BROWSER:
                             * how and from where; else absent */
        int64_t n_attempts; /* read only */
        struct instant made_at;
};

struct mail_delay {
        struct uuid id;
        struct instant next_at;
};

struct mail_waiting {
        int64_t n;
        bool is_due; /* one of them */
};

/* A mail as it is sent. */
struct mail_message {
        struct uuid id;
        struct instant at;
        struct slice to, subject;
        struct secret text, html; /* may have a link */
};
