/* SPDX-License-Identifier: Apache-2.0
 *
 * An application's request for access, as sent by the user's browser (docs/protocol/http.md 5.2).
 * It issues nothing.
 */
#pragma once

#include "core/authorize/details.h"
#include "core/op.h"
#include "core/store.h"

struct request_form {
        struct uuid client_id;
        struct slice client_url; /* if it is named by that; otherwise absent */
        struct slice redirect_uri;
        struct texts scope;            /* with protocol scopes among them, */
        bool is_storage_only;          /* unless only scopes of storage are known */
        const struct details *details; /* asked for besides; NULL: none */
        struct slice state;            /* absent: none */
        struct slice challenge;        /* absent: none */
        struct slice challenge_method; /* absent: none */
        bool is_pushed;                /* it came from the application itself (RFC 9126) */
        struct instant login_after;    /* the user must have logged in since then; zero: ever */
        struct slice nonce;            /* absent: none */
};

/* What was asked for. */
struct request_scope {
        struct scope storage;
        unsigned protocol;      /* enum protocol_scope */
        struct uuid project;    /* zeros: any */
        int64_t lifetime_limit; /* 0: none */
};

/* What is shown to the user. Lists are in canonical form. */
struct request_view {
        struct request request;
        struct client client;
        struct texts current_access; /* of the newest live grants, */
        bool current_access_is_cut;  /* if there are too many to show all */
        struct texts needed_access;
        struct texts required_scopes;
        struct texts optional_scopes;
        struct texts notes;       /* caveats about the requested scopes */
        struct replaced replaced; /* what ends if this is allowed; zeros: nothing */
};

/* Finds the application that asks, by the form's first two fields; it may be a new one that is
 * known by its metadata document. Return: ERR_OK; ERR_INVALID_CLIENT_ID; ERR_CLIENT_INACTIVE; those
 * of client_find(). */
enum err request_client(struct op *op, const struct request_form *form, struct client *ret);

/* Fills in a redirect URI that was left out, if the application has registered exactly one (RFC
 * 6749 section 3.1.2.3). Return: ERR_OK; ERR_INVALID_CLIENT_ID; ERR_CLIENT_INACTIVE;
 * ERR_REDIRECT_URI_MISSING; faults. */
enum err request_default_redirect(struct op *op, struct request_form *form);

/* The same for scopes: those that are registered, if there are any (RFC 6749 section 3.3), and
 * nothing is asked for by details. Return: ERR_OK; faults. */
enum err request_default_scope(struct arena *arena, const struct client *client,
                               struct request_form *form);

/* Checks that the redirect URI belongs to the application. Until this has succeeded, nothing may be
 * sent to the redirect URI, not even an error (RFC 6749 section 4.1.2.1).
 * Return: ERR_OK; those of request_client(); ERR_REDIRECT_URI_UNREGISTERED; faults. */
enum err request_trust(struct op *op, const struct request_form *form, struct client *ret);

/* Checks that the application may make this request.
 * Return: ERR_OK; ERR_SCOPE_*; ERR_DETAILS_*; ERR_CHALLENGE_METHOD; ERR_PKCE_REQUIRED;
 * ERR_PUSHED_REQUIRED; faults. */
enum err request_check(const struct op *op, const struct client *client,
                       const struct request_form *form, struct request_scope *ret);

/* Makes both checks and stores the request.
 * Return: ERR_OK; ERR_INVALID_CLIENT_ID; ERR_CLIENT_INACTIVE; ERR_REDIRECT_URI_UNREGISTERED;
 *         ERR_SCOPE_*; ERR_DETAILS_*; ERR_CHALLENGE_METHOD; ERR_PKCE_REQUIRED; ERR_PUSHED_REQUIRED;
 * faults. */
enum err request_start(struct op *op, const struct request_form *form, struct request_view *ret);

/* The scope of a device's request: checked, in stored form, with the words it was asked in. Return:
 * ERR_OK; ERR_SCOPE_*; ERR_DETAILS_*; faults. */
enum err request_device_scope(const struct op *op, const struct client *client,
                              const struct request_form *form, struct device_request *ret);

/* Stores a device's request to this account, which may be decided until the device's ends. Return:
 * ERR_OK; ERR_CLIENT_INACTIVE; ERR_QUOTA_*; faults. */
enum err request_start_device(struct op *op, const struct device_request *device,
                              struct request_view *ret);

/* Shows a stored request again. Return: ERR_OK; ERR_NOT_FOUND: unknown, or another account's;
 * faults. */
enum err request_show(struct op *op, const struct uuid *id, struct request_view *ret);

/* The requested rights that the client registered as required. */
unsigned request_required_rights(struct arena *arena, const struct client *client,
                                 const struct scope *requested);

/* What was granted, as one text: in the application's own words if it was all that it asked for,
 * and otherwise in stored form. */
struct slice request_scope_words(struct arena *arena, const struct request *request);
