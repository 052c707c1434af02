/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking an HTTP server for JSON, over libcurl: bounded in time and size, no redirects, no proxies.
 */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/secret.h"

struct http_client;

/* Return: the client, or NULL without memory. */
struct http_client *http_client_new(void);

/* NULL does nothing. */
void http_client_free(struct http_client *client);

struct http_ask {
        const char *method; /* "GET", "POST", ... */
        const char *url;
        struct secret bearer; /* absent: none */
        const json_t *body;   /* NULL: none */
        long seconds;         /* for all of it; 0: 60 */
};

struct http_reply {
        int status;
        json_t *json; /* the caller's; NULL if the response holds none */
};

/* Return: ERR_OK, whatever the status; ERR_NOT_FOUND: nothing listens there; ERR_INTERNAL: anything
 * else. `http_client_problem()` then says why. */
enum err http_client_ask(struct http_client *client, const struct http_ask *ask,
                         struct http_reply *ret);

/* Return: what went wrong last, in libcurl's words. */
const char *http_client_problem(const struct http_client *client);
