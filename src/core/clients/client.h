/* SPDX-License-Identifier: Apache-2.0
 *
 * OAuth2 clients: the applications developers register (docs/protocol/http.md 3).
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* "web" or "native": the application_type of RFC 7591; static. */
const char *application_type_text(enum application_type type);

/* Return: whether there is a type of this name; `ret` is untouched otherwise. */
bool application_type_parse(struct slice text, enum application_type *ret);

struct client_form {
        struct slice name;
        struct slice description;
        struct texts redirect_uris;
        struct texts logout_uris; /* post_logout_redirect_uris; may be none */
        struct texts scopes;
        struct texts optional_scopes;
        enum client_auth auth_method; /* 0: by a JWT */
        enum application_type type;
        bool require_pkce;
        bool require_pushed; /* RFC 9126 */
        bool legacy_redirect;
        bool device_flow;            /* RFC 8628 */
        bool refresh_tokens;         /* gets them without offline_access */
        int64_t secret_max_lifetime; /* seconds; 0: the server's default */
        struct slice jwks;           /* JSON text of its public keys; absent: none */
        enum subject_type subject;
        bool id_tokens_es256;

        /* Set when the operator's tools import a client; otherwise created here. */
        const struct uuid *client_id;
        struct secret secret;
        bool is_approved; /* whatever the policy says */
};

/* Registers an application and returns its secret (64 hex characters), which cannot be read again;
 * absent if its method has none.
 * Return: ERR_OK; ERR_REDIRECT_URI_MALFORMED; ERR_SCOPE_*; ERR_TOO_MANY;
 *         ERR_JWK*; ERR_CLIENT_KEYS_MISSING; ERR_CONFLICT (an imported
 *         client_id is taken); faults. */
enum err client_create(struct op *op, const struct client_form *form, struct client *ret,
                       struct secret *ret_secret);

/* The steps of client_create() before the application is stored. The keys come last, after what
 * limits how often: to look for their weaknesses takes milliseconds. Return: as client_create(). */
enum err client_prepare(struct op *op, const struct client_form *form, struct client *ret,
                        struct secret *ret_secret);
enum err client_take_keys(struct op *op, const struct client_form *form, struct client *client);

/* New values; absent ones stay unchanged. */
struct client_update_form {
        struct slice name;
        struct slice description;
        const struct texts *redirect_uris; /* NULL: unchanged; the same below */
        const struct texts *logout_uris;
        const struct texts *scopes;
        const struct texts *optional_scopes;
        const enum client_auth *auth_method;
        const enum application_type *type;
        const bool *require_pkce;
        const bool *require_pushed;
        const bool *legacy_redirect;
        const bool *device_flow;
        const bool *refresh_tokens;
        const int64_t *secret_max_lifetime; /* seconds; 0: the server's default */
        struct slice jwks;                  /* JSON text */
        const enum subject_type *subject;
        const bool *id_tokens_es256;
};

/* Return: ERR_OK; ERR_NOT_FOUND: not the account's; ERR_FIELD_MISSING and ERR_TOO_MANY (redirect
 * URIs); ERR_REDIRECT_URI_MALFORMED; ERR_SCOPE_*; ERR_JWK*; ERR_CLIENT_KEYS_MISSING; faults. */
enum err client_change(struct op *op, const struct client *client,
                       const struct client_update_form *form, struct client *ret);

/* Whether the change would let somebody else act as the application, or get what is meant for it:
 * its redirect URIs, or how it authenticates. */
bool client_change_is_grave(const struct client *client, const struct client_update_form *form);

/* Whether both are the same in what an operator has approved: the name, the type, the redirect
 * URIs, and how it authenticates. */
bool client_is_as_approved(const struct client *was, const struct client *now);

/* One of the account's clients. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err client_of_account(struct op *op, const struct uuid *id, struct client *ret);

/* Enables or disables it for its owner. A disabled client gets no new access, but keeps the access
 * it has. Return: ERR_OK; ERR_NOT_FOUND; ERR_CLIENT_WAITING: only an operator can approve it;
 * faults. */
enum err client_switch(struct op *op, const struct client *client, enum client_status status);

/* The same by an operator, who approves with CLIENT_ACTIVE. A client disabled by an operator awaits
 * approval again, so that its owner cannot enable it. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err client_switch_by_operator(struct op *op, const struct client *client, bool on);

/* Adds a new secret; the old ones stay valid for `overlap` seconds.
 * Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err client_rotate(struct op *op, const struct uuid *id, int64_t overlap, struct client *ret,
                       struct secret *ret_secret);

/* A new secret that is not active yet. */
struct client_rotation {
        struct client client;
        struct secret secret;
        struct client_secret_row row;
};

/* The two halves of client_rotate(), for a caller that must save the secret before the old ones
 * expire.
 * Return: as client_rotate(). */
enum err client_rotation_prepare(struct op *op, const struct uuid *id, struct client_rotation *ret);
enum err client_rotation_commit(struct op *op, const struct client_rotation *rotation,
                                int64_t overlap);

/* Marks it as deleted: its grants are dead from then on.
 * Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err client_remove(struct op *op, const struct uuid *id);

/* What a client may ask for; everything, with every right, if nothing is registered.
 * Return: ERR_OK; faults. */
enum err client_registered_scope(struct arena *arena, const struct client *client,
                                 struct scope *ret);
