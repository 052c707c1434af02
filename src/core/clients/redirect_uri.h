/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs: which may be registered, which match, and adding a response to one
 * (docs/protocol/http.md 3.2 and 5.3; RFC 9700 section 2.1; RFC 8252 sections 7.1 and 7.3; RFC
 * 9207).
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "core/model.h"

/* https anywhere; http on localhost, 127.0.0.1 and [::1]; a private scheme with a dot, or, for a
 * native application, any that no browser and no operating system has a use of its own for. No
 * fragment, userinfo or wildcard, and none of our parameters in its query.
 * Return: what is wrong with it, static, without quotes; NULL: nothing. */
const char *redirect_uri_problem(struct slice uri, enum application_type type);

/* Whether it leads to a program on the user's device: http on a loopback address, or a private
 * scheme.
 */
bool redirect_uri_is_local(struct slice uri);

/* Whether it has a private scheme without a dot: nothing in its name says whose it is, so any
 * program on a device may just as well register it. */
bool redirect_uri_is_anybodys(struct slice uri);

/* Compares byte for byte, except that http://127.0.0.1 and http://[::1], and for a native
 * application http://localhost, match on any port. */
bool redirect_uri_matches(struct slice registered, struct slice requested,
                          enum application_type type);

/* Whether it leads to the server at `origin`, an http or https URL, by whatever name and path. */
bool redirect_uri_is_at(struct slice uri, struct slice origin);

/* One parameter of a response; an absent value is omitted. */
struct redirect_parameter {
        const char *name;
        struct slice value;
};

/* The URI with the parameters appended to its query in order; its own query is kept. Values are
 * percent-encoded, except for unreserved characters. The result is in the arena. */
struct slice redirect_uri_answer(struct arena *arena, struct slice uri,
                                 const struct redirect_parameter *parameters, size_t n);
