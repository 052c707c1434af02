/* SPDX-License-Identifier: Apache-2.0
 *
 * The three people of the demonstration, played over HTTP: a developer, a storage user, and the
 * developer's application.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "remote/http_client.h"

/* The client of the demonstration; everybody may know its secret, so it is worth nothing. */
#define DEMO_CLIENT_ID     "e45fa79a-05f5-4f00-bbfe-bd0a14aead0a"
#define DEMO_CLIENT_SECRET "2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859e27d5252102"
#define DEMO_REDIRECT_URI  "https://myapp.com/callback"
#define DEMO_LOCAL_URI     "http://127.0.0.1/" /* on any port */
#define DEMO_DEVELOPER     "developer@example.com"
#define DEMO_USER          "user@example.com"
#define DEMO_PASSWORD      "everybody knows this"
#define DEMO_PASSPHRASE    "your-passphrase"

struct demo_play {
        const char *base_url;
        FILE *progress; /* where each step is shown; NULL: nowhere */
        bool is_colored;
        struct arena *arena;
        struct http_client *client;
        int step;
};

/* Each step asks the server and shows request and answer, secrets shortened. What goes wrong is
 * said on standard error. Return: ERR_OK; ERR_NOT_FOUND: nobody answers; ERR_INTERNAL. */

/* Registers the account if it is not there yet, and logs in. */
enum err demo_log_in(struct demo_play *play, const char *who, const char *email,
                     struct secret *ret_token);

/* Shows the developer his application. */
enum err demo_show_client(struct demo_play *play, struct secret developer);

/* A user is asked for `asked` and consents to `approved`, lists of scopes; the code comes out. */
enum err demo_consent(struct demo_play *play, struct secret user, const json_t *asked,
                      const json_t *approved, struct secret *ret_code);

/* The application signs a JWT and exchanges the code; the answer comes out, the caller's. */
enum err demo_exchange(struct demo_play *play, struct secret code, json_t **ret_answer);

/* The user looks at what was given. */
enum err demo_show_grants(struct demo_play *play, struct secret user);
