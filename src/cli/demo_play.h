/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts as the three parties of the demonstration over HTTP: a developer, a storage user, and the
 * developer's application.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "remote/http_client.h"

/* The client of the demonstration. Its secret is public, so it protects nothing. */
#define DEMO_CLIENT_ID     "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
#define DEMO_CLIENT_SECRET "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"
#define DEMO_REDIRECT_URI  "https://myapp.com/callback"
#define DEMO_LOCAL_URI     "http://127.0.0.1/"         /* on any port */
#define DEMO_EXAMPLE_URI   "http://127.0.0.1/callback" /* of examples/web_app */
#define DEMO_DEVELOPER     "developer@example.com"
#define DEMO_USER          "user@example.com"
#define DEMO_PASSWORD      "everybody knows this"
#define DEMO_PASSPHRASE    "your-passphrase"

struct demo_play {
        const char *base_url;
        FILE *progress; /* where the steps are shown; NULL: nowhere */
        bool is_colored;
        struct arena *arena;
        struct http_client *client;
        int step;
};

/* Each step sends requests to the server and shows them with their responses, with secrets
 * shortened. Problems are reported on standard error. Return: ERR_OK; ERR_NOT_FOUND: nothing
 * listens there; ERR_INTERNAL. */

/* Registers the account if it does not exist yet, and logs in. */
enum err demo_log_in(struct demo_play *play, const char *who, const char *email,
                     struct secret *ret_token);

/* Shows the developer their application. */
enum err demo_show_client(struct demo_play *play, struct secret developer);

/* The application asks for `asked`, and the user approves `approved`, lists of scopes. Returns the
 * code. */
enum err demo_consent(struct demo_play *play, struct secret user, const json_t *asked,
                      const json_t *approved, struct secret *ret_code);

/* The application signs a JWT and exchanges the code. The caller owns the response. */
enum err demo_exchange(struct demo_play *play, struct secret code, json_t **ret_answer);

/* The user lists the grants. */
enum err demo_show_grants(struct demo_play *play, struct secret user);
