/* SPDX-License-Identifier: Apache-2.0
 *
 * The consent page, and the way back from it: what both flows share.
 */
#pragma once

#include "api/api.h"
#include "core/authorize/request.h"
#include "http/field.h"

/* What the application wants to know about the log-in. */
struct login_wish {
        bool again;        /* whoever is logged in logs in again */
        bool choose;       /* the person chooses the account */
        struct slice hint; /* for the e-mail field; absent: none */
        struct field_integer max_age;
};

struct consent_page {
        const struct request_form *form;
        const struct client *client;
        struct login_wish login;
        struct slice request_uri; /* of a pushed request; absent: it was not pushed */
        struct slice
                link; /* what it remembers of a link of the legacy flow; absent: another flow */
};

/* Shows the page, with what its script asks the API for. Return: ERR_OK; ERR_INTERNAL. */
enum err consent_page_respond(const struct api *api, struct http_call *call,
                              const struct consent_page *page);

/* Sends the user back to the application, which is known by now, with an error: at once if an
 * operator has approved it, otherwise by a link on a page. Return: ERR_OK. */
enum err flow_send_back(const struct api *api, struct http_call *call,
                        const struct request_form *form, enum err error);
