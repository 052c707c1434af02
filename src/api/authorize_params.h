/* SPDX-License-Identifier: Apache-2.0
 *
 * The parameters of an authorization request (RFC 6749 section 4.1.1), wherever they were sent: as
 * name=value pairs in a query or a form. docs/protocol/oauth.md 1.1.
 */
#pragma once

#include "api/api.h"
#include "core/authorize/request.h"
#include "core/clients/client_ref.h"
#include "http/field.h"

/* Bits of `prompt`. */
enum prompt {
        PROMPT_NONE = 1 << 0,
        PROMPT_LOGIN = 1 << 1,
        PROMPT_CONSENT = 1 << 2, /* nothing to do: consent is always asked for */
        PROMPT_SELECT_ACCOUNT = 1 << 3,
};

/* How a request names its client: decoded as a text, and then read by client_ref_read(). */
#define CLIENT_REF_FIELD(type, member)                                                             \
        {                                                                                          \
                .name = "client_id", .kind = FIELD_ASCII, .offset = offsetof(type, member),        \
                .flags = FIELD_REQUIRED, .maximum = LIMIT_CLIENT_URL,                              \
                .too_long = ERR_INVALID_CLIENT_ID, .malformed = ERR_INVALID_CLIENT_ID              \
        }

/* Fills in the form's client. Return: ERR_OK; ERR_INVALID_CLIENT_ID. */
enum err client_ref_read(struct http_call *call, struct slice text, struct request_form *form);

struct authorize_params {
        struct slice pairs; /* in which they are */
        struct request_form form;
        struct instant opened_at; /* when a browser came with them */
        unsigned prompts;         /* enum prompt */
        struct field_integer max_age;
        struct slice login_hint; /* absent: none */
        struct texts resources;  /* read, and not checked */
};

/* Reads where the user goes back to, and finds the client of `params->form.client_id`. Until this
 * has succeeded, nothing may be sent back. Return: ERR_OK; the refusals of fields_decode_pairs(),
 * of request_default_redirect() and of request_trust(); faults. */
enum err authorize_read_redirect(struct op *op, struct http_call *call,
                                 struct authorize_params *params, struct client *ret);

/* Reads the rest, and checks that the client may ask for it. `params` is filled as far as possible,
 * the state first, since it belongs to every response. Return: ERR_OK; the refusals of
 * fields_decode_pairs() and of request_check(); ERR_RESPONSE_TYPE; ERR_RESPONSE_MODE; ERR_PROMPT;
 * ERR_DETAILS; ERR_REQUEST_OBJECT; faults. */
enum err authorize_read_terms(const struct op *op, struct http_call *call,
                              const struct client *client, struct authorize_params *params);

/* The oldest log-in that may decide the request; zero: any. */
struct instant authorize_login_after(const struct authorize_params *params);
