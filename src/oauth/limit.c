/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting by what and from where.
 */
#include "oauth/limit.h"

#include <arpa/inet.h>

#include "base/macros.h"
#include "oauth/policy.h"

enum { AUDITED_FAILURES = 10, LIMIT_SUBJECT = 512 }; /* a minute; bytes of a subject that count */

enum { NETWORK_SIZE = 8 }; /* bytes of an IPv6 address: its /64 */

/* From the fifth failure on 2, 4, ... 900 s. As many at once as wait for a password's check. */
static const struct attempt_rule pair_rule = {
        .free = 4, .parallel = 32, .wait = 2, .longest_wait = 900, .memory = 86400};

enum { ADDRESS_MEMORY = 600 }; /* seconds */

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

/* --- addresses --- */

/* What stands for an address: itself, or the /64 network of an IPv6 one, as whoever has one address
 * there has them all. */
static void address_put(struct buf *out, struct slice address)
{
        struct in6_addr six;
        char text[INET6_ADDRSTRLEN] = "";

        if (address.size < sizeof(text) && address.size)
                memcpy(text, address.data, address.size);
        if (inet_pton(AF_INET6, text, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
                buf_put(out, slice_new(six.s6_addr, NETWORK_SIZE));
        else
                buf_put(out, slice_to(address, LIMIT_SUBJECT));
}

/* --- budgets of failures --- */

static bool is_refusal(enum err error)
{
        int status = error_info(error)->status;

        return status >= 400 && status < 500 && status != 429;
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

enum err limit_address(const struct ports *ports, const struct caller *caller, enum err refusal)
{
        struct buf who CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SUBJECT);

        if (!is_refusal(refusal))
                return refusal;
        address_put(&who, caller->address);
        return budget_is_used_up(ports, "address", buf_slice(&who),
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

/* --- log-in --- */

static struct digest login_digest(const char *kind, const struct caller *caller, struct slice email)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct digest digest;

        buf_put_string(&text, kind);
        buf_put_byte(&text, 0);
        address_put(&text, caller->address);
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(email, LIMIT_SUBJECT));
        crypto_sha256(buf_slice(&text), &digest);
        return digest;
}

enum err limit_login_begin(const struct ports *ports, const struct caller *caller,
                           struct slice email, struct login_attempt *ret)
{
        const struct attempt_port *port = &ports->attempt;
        struct instant now = ports->clock.now(ports->clock.context);
        struct attempt_rule address_rule = {.free = (uint32_t)ports->policy->login_failures - 1,
                                            .memory = ADDRESS_MEMORY};
        struct login_attempt attempt = {
                .pair = login_digest("pair", caller, email),
                .address = login_digest("address", caller, SLICE("")),
        };
        int64_t wait = port->begin(port->context, &attempt.pair, &pair_rule, now);

        if (!wait) {
                wait = port->begin(port->context, &attempt.address, &address_rule, now);
                if (wait)
                        port->end(port->context, &attempt.pair, ATTEMPT_NONE);
        }
        if (wait && caller->wait)
                *caller->wait = (unsigned)wait;
        if (wait)
                return ERR_TOO_MANY_REQUESTS;
        *ret = attempt;
        return ERR_OK;
}

void limit_login_end(const struct ports *ports, const struct login_attempt *attempt,
                     enum err outcome)
{
        const struct attempt_port *port = &ports->attempt;
        bool is_wrong = outcome == ERR_INVALID_CREDENTIALS;

        port->end(port->context, &attempt->pair,
                  is_wrong            ? ATTEMPT_FAILED
                  : outcome == ERR_OK ? ATTEMPT_SUCCEEDED
                                      : ATTEMPT_NONE);
        port->end(port->context, &attempt->address, is_wrong ? ATTEMPT_FAILED : ATTEMPT_NONE);
}

/* --- calls of satellites --- */

static const struct attempt_rule satellite_rule = {
        .free = 10, .parallel = 4, .wait = 5, .longest_wait = 600, .memory = 3600};

static struct digest satellite_digest(const struct uuid *account_id)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);
        struct digest digest;

        buf_put_string(&text, "satellite");
        buf_put_byte(&text, 0);
        buf_put(&text, uuid_slice(account_id));
        crypto_sha256(buf_slice(&text), &digest);
        return digest;
}

enum err limit_satellite_begin(const struct ports *ports, const struct caller *caller,
                               const struct uuid *account_id)
{
        const struct attempt_port *port = &ports->attempt;
        struct digest what = satellite_digest(account_id);
        int64_t wait = port->begin(port->context, &what, &satellite_rule,
                                   ports->clock.now(ports->clock.context));

        if (wait && caller->wait)
                *caller->wait = (unsigned)wait;
        return wait ? ERR_TOO_MANY_REQUESTS : ERR_OK;
}

/* What we did not call, or could not for want of room, was no attempt. */
void limit_satellite_end(const struct ports *ports, const struct uuid *account_id, enum err outcome)
{
        const struct attempt_port *port = &ports->attempt;
        struct digest what = satellite_digest(account_id);
        bool is_none = outcome == ERR_OK || outcome == ERR_SATELLITE_FORBIDDEN ||
                       outcome == ERR_BUSY || outcome == ERR_INTERNAL;

        port->end(port->context, &what, is_none ? ATTEMPT_NONE : ATTEMPT_FAILED);
}
