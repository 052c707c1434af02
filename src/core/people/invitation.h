/* SPDX-License-Identifier: Apache-2.0
 *
 * Invitations (docs/protocol/http.md 2.5): an operator lets somebody make an account with one
 * e-mail address, once, also where registration is closed. An address has one invitation at most.
 */
#pragma once

#include "core/store.h"

enum {
        INVITATION_LIFETIME = 604800,       /* seconds, unless the operator says otherwise */
        INVITATION_LIFETIME_LEAST = 60,     /* the same */
        INVITATION_LIFETIME_MOST = 7776000, /* 90 days */
        REGISTRATION_LIFETIME = 86400,      /* of a link that somebody asked for */
};

struct invitation_form {
        struct slice email;
        int64_t lifetime; /* seconds */
        unsigned roles;   /* enum account_role */
};

/* Replaces the invitation that the address has, and returns its token, which cannot be read again.
 * Return: ERR_OK; ERR_PASSWORDS_OFF; ERR_FIELD_MALFORMED: no e-mail address; ERR_EMAIL_TAKEN;
 *         faults. */
enum err invitation_make(struct op *op, const struct invitation_form *form, struct invitation *ret,
                         struct secret *ret_token);

/* What to send: the address of the page that takes the invitation. The token is in the fragment,
 * which browsers send to no server. Return: absent without memory. */
struct secret invitation_link(const struct op *op, struct secret token);

/* The link of a mail to somebody who asked for an account; an earlier one ends, an operator's
 * invitation does not. Return: ERR_OK; faults. */
enum err invitation_for_mail(struct op *op, const struct mail *mail, struct secret *ret_link);

/* Return: ERR_OK; ERR_INVITATION_INVALID; faults. */
enum err invitation_find(struct op *op, struct secret token, struct invitation *ret);

/* Return: ERR_OK; ERR_NOT_FOUND: the address has none; faults. */
enum err invitation_withdraw(struct op *op, struct slice email);
