/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store is told about applications: changes, and registrations of their own.
 */
#pragma once

#include "core/model.h"

/* New values of a client; absent ones stay unchanged. */
struct client_change {
        struct uuid id; /* the row's */
        struct slice name;
        struct slice description;
        struct texts redirect_uris; /* none: unchanged */
        const struct texts *logout_uris;
        struct slice scopes;          /* stored form, perhaps empty */
        struct slice optional_scopes; /* the same */
        const enum client_auth *auth_method;
        const enum application_type *type;
        const bool *require_pkce;
        const bool *require_pushed;
        const bool *legacy_redirect;
        const bool *device_flow;
        const bool *refresh_tokens;
        const int64_t *secret_max_lifetime;
        const enum subject_type *subject;
        const bool *id_tokens_es256;
        struct slice jwks;  /* as in struct client */
        bool asks_approval; /* it awaits an operator's approval again */
};

/* An application that registered itself. */
struct registered_client {
        const struct client *client; /* of account_of_nobody() */
        int64_t limit;               /* how many there may be */
        struct instant look_at;      /* when to see whether somebody has approved it */
};

/* A client's metadata document, read again. */
struct client_document {
        const struct client *client; /* of the row `client->id`, with what it says now */
        bool has_changed;            /* otherwise only how long it may be used */
};

struct client_status_change {
        struct uuid id; /* the row's */
        enum client_status status;
        bool by_operator;              /* of any account's client, and may approve it */
        const struct digest *revision; /* by an operator who has looked at this one, as
                                          client_revision() tells it; NULL: whatever it is */
};

struct new_client_secret {
        struct uuid client_row;
        struct client_secret_row secret;
        struct instant others_end; /* now: at once */
};
