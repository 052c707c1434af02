/* SPDX-License-Identifier: Apache-2.0
 *
 * Who we are, and who may send us a request with a cookie: docs/protocol/http.md 1.4. Nothing is
 * ever taken from the Host header; it is only compared.
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

/* For unsafe methods, after host_check(): an Origin that is there must be the public URL's or, if
 * the request's Host is one of the loopback names, http:// and that Host; a Cookie without Origin
 * needs Sec-Fetch-Site: same-origin. Return: ERR_OK, always so for GET and OPTIONS;
 * ERR_CSRF_REFUSED. */
enum err cross_site_check(const struct http_site *site, const struct http_request *request);
