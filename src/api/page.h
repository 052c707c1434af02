/* SPDX-License-Identifier: Apache-2.0
 *
 * Responding with a page: src/web/page.html with its own script. Its headers allow it to load only
 * what this server serves, and forbid framing it.
 */
#pragma once

#include "api/api.h"

/* What differs between pages. */
struct page {
        const char *script;  /* "login": static/login.js */
        struct slice data;   /* JSON, the script's initial data; absent: none */
        struct slice notice; /* a sentence shown before any script runs */
        const char *code;    /* the error's, with a notice */
        bool is_private;     /* must not be cached */
};

void page_respond(const struct api *api, struct http_call *call, int status,
                  const struct page *page);

/* Shows a page with the reason of a refusal; never redirects. `back`, if present, is the target of
 * a link on it: a redirect URI that includes the response. */
void page_refuse(const struct api *api, struct http_call *call, enum err error, struct slice back);

/* A page's parameters as a form: the browser comes back to `page`, which ends in "?", with them as
 * its query. Return: ERR_OK; ERR_BODY_NOT_FORM; ERR_FIELD_MALFORMED; ERR_OUT_OF_MEMORY. */
enum err page_post(struct http_call *call, const char *page);
