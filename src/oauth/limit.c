/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting by what and from where.
 */
#include "oauth/limit.h"

#include <arpa/inet.h>

#include "base/macros.h"
#include "oauth/policy.h"

enum { AUDITED_FAILURES = 10, LIMIT_SUBJECT = 512 }; /* a minute; bytes of a subject that count */

bool limit_lets_audit(const struct ports *ports, const struct caller *caller, const char *action,
                      struct slice subject)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct digest what;

        buf_put_string(&text, action);
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(caller->address, LIMIT_SUBJECT));
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(subject, LIMIT_SUBJECT));
        crypto_sha256(buf_slice(&text), &what);
        if (ports->counter.count(ports->counter.context, &what,
                                 ports->clock.now(ports->clock.context)) <= AUDITED_FAILURES)
                return true;
        ports->counter.leave_out(ports->counter.context);
        return false;
}

/* --- budgets of failures --- */

static bool is_refusal(enum err error)
{
        int status = error_info(error)->status;

        return error != ERR_OK && status >= 400 && status < 500 && status != 429;
}

static bool budget_is_used_up(const struct ports *ports, const char *whose, struct slice who,
                              int64_t budget)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1024);
        struct digest what;

        buf_put_string(&text, whose);
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(who, LIMIT_SUBJECT));
        crypto_sha256(buf_slice(&text), &what);
        return ports->counter.count(ports->counter.context, &what,
                                    ports->clock.now(ports->clock.context)) > budget;
}

/* An IPv6 address counts as its /64 network: whoever has one address there has them all. */
static struct slice address_part(struct slice address, uint8_t bytes[16])
{
        char text[INET6_ADDRSTRLEN] = "";

        if (!slice_contains_byte(address, ':') || address.size >= sizeof(text))
                return address;
        memcpy(text, address.data, address.size);
        return inet_pton(AF_INET6, text, bytes) == 1 ? slice_new(bytes, 8) : address;
}

enum err limit_address(const struct ports *ports, const struct caller *caller, enum err refusal)
{
        uint8_t bytes[16];

        if (!is_refusal(refusal))
                return refusal;
        return budget_is_used_up(ports, "address", address_part(caller->address, bytes),
                                 ports->policy->failures_per_address)
                       ? ERR_TOO_MANY_REQUESTS
                       : refusal;
}

enum err limit_client(const struct ports *ports, const struct uuid *client_id, enum err refusal)
{
        if (!is_refusal(refusal))
                return refusal;
        return budget_is_used_up(ports, "client", uuid_slice(client_id),
                                 ports->policy->failures_per_client)
                       ? ERR_CLIENT_FAILURES
                       : refusal;
}
