/* SPDX-License-Identifier: Apache-2.0
 *
 * authorization_details (RFC 9396) of the one type that there is here: the same as scopes by
 * meaning, in JSON. docs/protocol/oauth.md 1.4.
 *
 *      [{"type": "storj_access", "actions": ["read", "list"],
 *        "buckets": [{"name": "photos", "prefixes": ["2024/", "a b/"]}],
 *        "project": "2b4719e0-...", "expires_in": 86400}]
 */
#pragma once

#include "core/grants/scope.h"
#include "core/model.h"

#define DETAILS_TYPE "storj_access"

/* All entries together. */
struct details {
        struct scope scope;
        struct uuid project;    /* zeros: any */
        int64_t lifetime_limit; /* seconds that access may last; 0: no limit */
};

/* Reads a JSON array. All entries have the same actions, since one grant has, and lead to at most
 * LIMIT_SCOPES scopes. Return: ERR_OK; ERR_DETAILS, with a sentence that says where and why, in the
 * arena; ERR_OUT_OF_MEMORY. */
enum err details_read(struct arena *arena, struct slice text, struct details *ret,
                      struct slice *ret_problem);

/* The same as JSON, with one entry. Return: absent without memory; the arena has then failed. */
struct slice details_text(struct arena *arena, const struct details *details);

/* The storage that somebody asks for by scopes, which may be none, and by details together.
 * Return: ERR_OK; those of scope_parse_request(); ERR_DETAILS_AND_SCOPE: their actions differ, so
 * one grant would be more than both ask for. */
enum err details_join(struct arena *arena, const struct details *details, struct texts scopes,
                      struct scope *ret);

/* What is said of a grant of this scope to an application that uses details. */
struct slice details_granted(struct arena *arena, const struct request *request,
                             const struct scope *scope);

/* Whether they are about this project, or do not name one. */
bool details_are_of(const struct details *details, const struct uuid *project);
