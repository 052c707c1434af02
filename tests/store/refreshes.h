/* SPDX-License-Identifier: Apache-2.0
 *
 * Shared by tests of refresh tokens: the family of request N has the digest N + 300, and its token
 * of generation G the digest N * 100 + G.
 */
#pragma once

#include "claims.h"

static inline struct refresh_issue issue_of(int64_t number, int64_t generation)
{
        return (struct refresh_issue){.family = digest_of(number + 300),
                                      .token = digest_of(number * 100 + generation),
                                      .salt = generation ? SLICE("salt") : (struct slice){0},
                                      .sealed_access = SLICE("sealed access"),
                                      .expires_at = after(1000 + generation),
                                      .ends_at = after(5000)};
}

/* Exchanges the code of a request for grant 5000 + attempt, with the first token. */
static inline void family_begin(struct world *world, const struct request *code, int64_t number,
                                int64_t attempt)
{
        struct refresh_issue first = issue_of(number, 0);
        struct claim claim = claim_of(code, attempt);
        struct grant grant;

        claim.sealed_tail = tail;
        claim.lifetime = 600;
        claim.refresh = &first;
        CHECK_OK(CLAIM(world, &claim, &grant));
        CHECK_INT(grant.expires_at.ms, after(602).ms);
}

/* For the length of a test: a world with a client, and the family of request 30, whose first grant
 * is 5001. */
#define WORLD_WITH_FAMILY(world, code)                                                             \
        struct world world CLEANUP(world_end) = world_with_client();                               \
        struct request code = code_new(&(world), 30);                                              \
        family_begin(&(world), &(code), 30, 1)

/* The use of a token of this generation, by an attempt that issues the grant 5000 + attempt. `next`
 * must stay. */
static inline struct refresh refresh_of(const struct request *code, int64_t attempt,
                                        int64_t generation, struct refresh_issue *next)
{
        struct refresh refresh = {.claim = claim_of(code, attempt),
                                  .family = digest_of(330),
                                  .token = digest_of(3000 + generation),
                                  .scope = SLICE("read bucket:photos"),
                                  .grace = 10};

        *next = issue_of(30, generation + 1);
        refresh.claim.sealed_tail = tail;
        refresh.claim.lifetime = 600;
        refresh.claim.refresh = next;
        return refresh;
}

static inline enum err refresh_at(struct world *world, struct instant now,
                                  const struct refresh *refresh, struct grant *ret)
{
        struct refreshed refreshed = {0};
        enum err error = STORE_AS(world, NULL, now, refresh, refresh, &audit, &refreshed);

        *ret = refreshed.grant;
        return error;
}

/* Uses the token of a generation as it should be. */
static inline enum err use(struct world *world, const struct request *code, int64_t attempt,
                           int64_t generation)
{
        struct refresh_issue next;
        struct refresh refresh = refresh_of(code, attempt, generation, &next);
        struct grant grant;

        return refresh_at(world, after(10 + attempt), &refresh, &grant);
}
