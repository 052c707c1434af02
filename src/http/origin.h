/* SPDX-License-Identifier: Apache-2.0
 *
 * Who we are, and who may send us a request with a cookie: docs/protocol/http.md 1.4. The Host
 * header is only compared, never used as a value.
 */
#pragma once

#include "base/error.h"
#include "http/call.h"

struct http_site {
        struct slice public_url; /* "https://id.example.com", "http://localhost:10100" */
        uint16_t port;           /* where we listen */
        bool loopback;           /* the listen address is a loopback address */
};

/* The Host must be the public URL's or, on loopback, localhost, 127.0.0.1 or [::1] with our port.
 * Return: ERR_OK; ERR_WRONG_HOST. */
enum err host_check(const struct http_site *site, const struct http_request *request);

/* For unsafe methods, after host_check(): an Origin, if present, must be that of the public URL or,
 * if the request's Host is a loopback name, http:// and that Host; a Cookie without Origin requires
 * Sec-Fetch-Site: same-origin. Return: ERR_OK, always so for GET and OPTIONS; ERR_CSRF_REFUSED. */
enum err cross_site_check(const struct http_site *site, const struct http_request *request);
