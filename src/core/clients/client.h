/* SPDX-License-Identifier: Apache-2.0
 *
 * OAuth2 clients: the applications developers register (docs/protocol/http.md 3).
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct client_form {
        struct slice name;
        struct slice description;
        struct texts redirect_uris;
        struct texts scopes;
        struct texts optional_scopes;
        bool require_pkce;
        bool legacy_redirect;
        int64_t secret_max_lifetime; /* seconds; 0: the server's default */

        /* Brought along by the operator's tools; otherwise made here. */
        const struct uuid *client_id;
        struct secret secret;
        bool is_approved; /* whatever the policy says */
};

/* Registers an application; its secret (64 hex characters) comes out once.
 * Return: ERR_OK; ERR_REDIRECT_URI_MALFORMED; ERR_SCOPE_*; ERR_TOO_MANY; ERR_CONFLICT (a client_id
 * brought along is taken); faults. */
enum err client_create(struct op *op, const struct client_form *form, struct client *ret,
                       struct secret *ret_secret);

/* New values; what is absent stays as it is. */
struct client_update_form {
        struct slice name;
        struct slice description;
        const struct texts *redirect_uris; /* NULL: they stay; the same below */
        const struct texts *scopes;
        const struct texts *optional_scopes;
        const bool *require_pkce;
        const bool *legacy_redirect;
        const int64_t *secret_max_lifetime; /* seconds; 0: the server's default */
};

/* Return: ERR_OK; ERR_NOT_FOUND: not the account's; ERR_FIELD_MISSING and ERR_TOO_MANY (redirect
 * URIs); ERR_REDIRECT_URI_MALFORMED; ERR_SCOPE_*; faults. */
enum err client_change(struct op *op, const struct client *client,
                       const struct client_update_form *form, struct client *ret);

/* One of an account's. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err client_of_account(struct op *op, const struct uuid *id, struct client *ret);

/* Switches it on or off for its owner. A client that is off gets no new access; what it has lives
 * on. Return: ERR_OK; ERR_NOT_FOUND; ERR_CLIENT_WAITING: only an operator ends that; faults. */
enum err client_switch(struct op *op, const struct client *client, enum client_status status);

/* The same by an operator, who approves with CLIENT_ACTIVE. What he switches off waits for approval
 * again, so that its owner cannot switch it on. Return: ERR_OK; ERR_NOT_FOUND; faults. */
enum err client_switch_by_operator(struct op *op, const struct client *client, bool on);

/* A new secret; the old ones live `overlap` seconds more.
 * Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err client_rotate(struct op *op, const struct uuid *id, int64_t overlap, struct client *ret,
                       struct secret *ret_secret);

/* A new secret that is not in force yet. */
struct client_rotation {
        struct client client;
        struct secret secret;
        struct client_secret_row row;
};

/* The two halves of it, for a caller that brings the secret to safety before the old ones end.
 * Return: as client_rotate(). */
enum err client_rotation_prepare(struct op *op, const struct uuid *id, struct client_rotation *ret);
enum err client_rotation_commit(struct op *op, const struct client_rotation *rotation,
                                int64_t overlap);

/* Marks it deleted: its grants are dead from then on.
 * Return: ERR_OK; ERR_NOT_FOUND: not the account's; faults. */
enum err client_remove(struct op *op, const struct uuid *id);

/* What a client may ask for; everything with every right where nothing is registered.
 * Return: ERR_OK; faults. */
enum err client_registered_scope(struct arena *arena, const struct client *client,
                                 struct scope *ret);
