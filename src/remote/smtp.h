/* SPDX-License-Identifier: Apache-2.0
 *
 * The operator's mail server, by libcurl: one connection a mail, bounded in time.
 */
#pragma once

#include "core/people/mail_model.h"
#include "core/ports.h"

/* smtp[s]://[USER[:PASSWORD]@]HOST[:PORT]; the parts are those of the text. */
struct smtp_server {
        bool is_smtps;     /* TLS from the first byte */
        struct slice at;   /* host and port */
        struct slice host; /* an IPv6 address has its brackets */
        struct slice user; /* absent: nobody logs in; percent-encoded, like the password */
        struct slice password;
};

/* Return: false if it is not of this form. */
bool smtp_server_read(struct slice url, struct smtp_server *ret);

/* Whether an e-mail address can stand in a command and in a header as it is: printable ASCII
 * without blanks and the characters that separate addresses. */
bool smtp_address_is_valid(struct slice address);

struct smtp_options {
        const char *url; /* valid */
        const char *from;
        const char
                *password_file; /* read for each mail; empty: the URL has the password, or none */
        const char *ca_file;    /* empty: the system's */
        bool must_encrypt;      /* STARTTLS, if it is not smtps */
};

/* The texts must outlive it. Return: the server, or NULL without memory. */
struct smtp *smtp_new(const struct smtp_options *options);

struct mail_port smtp_port(struct smtp *smtp);

/* Ends what is under way, within a second. NULL does nothing. */
void smtp_stop(struct smtp *smtp);

/* NULL does nothing. */
void smtp_free(struct smtp *smtp);
