/* SPDX-License-Identifier: Apache-2.0
 *
 * Answering with a page: src/web/page.html with a script of its own, under headers that let it load
 * nothing but what this server serves and let nobody put it into a frame.
 */
#pragma once

#include "api/api.h"

/* What one page has of its own. */
struct page {
        const char *script;  /* "login": static/login.js */
        struct slice data;   /* JSON that the script starts from; absent: none */
        struct slice notice; /* a sentence that stands there before any script runs */
        const char *code;    /* the error's, with a notice */
        bool is_private;     /* no cache may keep it */
};

void page_respond(const struct api *api, struct http_call *call, int status,
                  const struct page *page);

/* Tells a person why there is nothing to see: a page, never a redirect. `back`, if present, is
 * where a link on it leads, a redirect URI with the answer in it. */
void page_refuse(const struct api *api, struct http_call *call, enum err error, struct slice back);
