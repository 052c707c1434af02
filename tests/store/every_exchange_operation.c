/* SPDX-License-Identifier: Apache-2.0
 *
 * The writing operations of exchanges, of codes and of refresh tokens.
 */
#include "awaited.h"
#include "every_operation.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

enum err do_code_claim(struct given *given)
{
        struct grant grant;

        return CLAIM(given->world, &given->claim, &grant);
}

enum err do_code_claim_at_once(struct given *given)
{
        given->claim.sealed_tail = tail;
        return do_code_claim(given);
}

enum err do_code_claim_then(struct given *given)
{
        struct awaited awaited = awaited_new();
        struct op *op = STORE_OP(given->world->store, &given->world->arena, NULL, after(2));
        struct grant grant;

        store_code_claim_then(op, &given->claim, &audit, &grant, awaited_completion(&awaited));
        return awaited_end(&awaited);
}

enum err do_code_claim_elsewhere(struct given *given)
{
        given->claim.redirect_uri = SLICE("https://other.example/");
        return do_code_claim(given);
}

enum err do_code_claim_replay(struct given *given)
{
        struct grant grant;

        return CLAIM_AT(given->world, after(60), &given->claim, &grant);
}

/* The token of request 33, and what comes after it. */
static enum err refresh_by(struct given *given, struct instant now, struct digest token)
{
        struct refresh_issue next = {.family = digest_of(333),
                                     .token = digest_of(3301),
                                     .salt = SLICE("salt"),
                                     .sealed_access = SLICE("sealed"),
                                     .expires_at = after(2000),
                                     .ends_at = after(5000)};
        struct refresh refresh = {.claim = given->claim,
                                  .family = digest_of(333),
                                  .token = token,
                                  .scope = SLICE("read bucket:photos")};
        struct refreshed refreshed;

        refresh.claim.sealed_tail = tail;
        refresh.claim.refresh = &next;
        return CALL_AT(now, refresh, &refresh, &audit, &refreshed);
}

enum err do_refresh(struct given *given)
{
        return refresh_by(given, after(9), digest_of(3300));
}

enum err do_refresh_reused(struct given *given)
{
        return refresh_by(given, after(9), digest_of(3299));
}

enum err do_refresh_late(struct given *given)
{
        return refresh_by(given, after(1000), digest_of(3300));
}

enum err do_refresh_end(struct given *given)
{
        struct refresh_end end = {given->request.no, digest_of(333), id_of(20)};

        return CALL_AT(after(9), refresh_end, &end, &audit);
}

enum err do_grant_issued(struct given *given)
{
        return issue(given->world, 5007, 7, after(3));
}
