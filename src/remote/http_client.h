/* SPDX-License-Identifier: Apache-2.0
 *
 * Requesting JSON from an HTTP server with libcurl: bounded in time and size, no redirects, no
 * proxies.
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
        struct secret basic;  /* user and password with a colon between; absent: none */
        struct secret form;   /* a body of application/x-www-form-urlencoded; absent: none */
        const json_t *body;   /* NULL: none */
        long seconds;         /* for the whole exchange; 0: 60 */
        size_t most;          /* bytes of the response; 0: a MiB */
};

struct http_reply {
        int status;
        json_t *json; /* owned by the caller; NULL if the response contains none */
};

/* Return: ERR_OK, whatever the status; ERR_NOT_FOUND: nothing listens there; ERR_INTERNAL: any
 *         other failure. http_client_problem() returns the reason. */
enum err http_client_ask(struct http_client *client, const struct http_ask *ask,
                         struct http_reply *ret);

/* The same for a response of any kind, whose text goes into the arena. */
enum err http_client_text(struct http_client *client, const struct http_ask *ask,
                          struct arena *arena, int *ret_status, struct secret *ret_text);

/* Return: libcurl's text of the last error. */
const char *http_client_problem(const struct http_client *client);
