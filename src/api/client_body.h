/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields of a client as its developer sends them: docs/protocol/http.md 3.1.
 */
#pragma once

#include "core/model.h"
#include "http/call.h"
#include "http/field.h"

struct client_body {
        struct slice name;
        struct field_texts redirect_uris;
        struct field_texts logout_uris;
        struct slice description;
        struct field_texts scopes;
        struct field_texts optional_scopes;
        enum field_boolean any_scope; /* whether two empty lists are meant as anything */
        struct slice auth_method;
        struct slice type;
        struct slice jwks;
        struct slice subject_type;
        struct slice id_token_algorithm;
        enum field_boolean require_pkce;
        enum field_boolean require_pushed;
        enum field_boolean legacy_redirect;
        enum field_boolean device_flow;
        enum field_boolean refresh_tokens;
        struct field_integer secret_max_lifetime;
};

/* The fields that are words, as numbers of their tables. */
struct client_words {
        unsigned type, subject, algorithm;
};

/* Reads the fields; the first two are required when a client is created. With `any_scope`, both
 * lists of scopes are present and empty. Return: as fields_decode_json(); ERR_FIELD_CONFLICT. */
enum err client_body_read(struct http_call *call, bool is_new, struct client_body *ret);

/* The method that was sent; absent: 0. Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err client_method_read(struct http_call *call, const struct client_body *body,
                            enum client_auth *ret);

/* The words that were sent; those that are absent are untouched. Return: as above. */
enum err client_words_read(struct http_call *call, const struct client_body *body,
                           struct client_words *ret);

/* How they are written. */
extern const char *const client_subject_words[2];   /* by enum subject_type */
extern const char *const client_algorithm_words[2]; /* by id_tokens_es256 */
