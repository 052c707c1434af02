/* SPDX-License-Identifier: Apache-2.0
 *
 * How a request names a client: by the UUID that it was registered with, or by the https URL of its
 * metadata document (docs/protocol/oauth.md 8). A URL has a UUID of its own, so that everything
 * behind the endpoints knows UUIDs only.
 */
#pragma once

#include "core/model.h"

enum { LIMIT_CLIENT_URL = 512 };

struct client_ref {
        struct uuid id;
        struct slice url; /* absent: it is named by its UUID */
};

/* The text is borrowed. Return: false if it is neither a UUID nor such a URL. */
bool client_ref_parse(struct slice text, struct client_ref *ret);

/* https, a host name in lower case that is not an address, and a path; no user name, fragment or
 * dot segment, also if it is encoded. Return: what is wrong with it, static; NULL: nothing. */
const char *client_url_problem(struct slice url);

/* The UUID of a URL: of version 8, from its SHA-256. */
struct uuid client_url_id(struct slice url);

/* Whether it may be the UUID of a URL. */
bool client_id_is_of_url(const struct uuid *client_id);

/* What the client calls itself: the URL or the UUID, in the arena. */
struct slice client_public_id(struct arena *arena, const struct client *client);
