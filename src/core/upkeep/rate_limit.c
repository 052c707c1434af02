/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting by kind and by address.
 */
#include "core/upkeep/rate_limit.h"

#include <arpa/inet.h>

#include "base/macros.h"
#include "core/policy.h"

enum {
        LIMIT_SUBJECT = 512, /* bytes of a subject that count */
        NETWORK_SIZE = 8,    /* bytes of an IPv6 address: its /64, which is one subscriber */
        SITE_SIZE = 6,       /* its /48: as many as one subscriber can easily get */
        ADDRESS_SHARE = 256, /* entries for one address, at least */
        SITE_SHARE = 8,      /* the same for a /48, in addresses */
        MINUTE = 60,         /* seconds, as the rest */
        TEN_MINUTES = 600,
        HOUR = 3600,
        DAY = 86400,
};

/* Waits of 2, 4, ... 900 s from the fifth failure on. As many concurrent attempts as may wait for a
 * password check. Failures that cause no wait yet are forgotten after an hour: four guesses an hour
 * are no more than the longest wait allows. */
static const struct rate_limit pair_rule = {.free = 4,
                                            .parallel = 32,
                                            .wait = 2,
                                            .longest_wait = 900,
                                            .memory = DAY,
                                            .free_memory = HOUR};

/* At most `most` in a window of `seconds`, then none until it ends. */
static struct rate_limit window(int64_t most, int64_t seconds)
{
        return (struct rate_limit){.free = (uint32_t)most - 1, .memory = seconds};
}

/* --- addresses --- */

/* What an address is counted by: itself, or the /64 network of an IPv6 address, since a subscriber
 * has the whole /64. */
struct origin {
        uint8_t bytes[LIMIT_SUBJECT];
        struct slice text; /* of them */
        struct rate_limit_key site;
        struct rate_limit_key address;
};

static struct digest digest_of(const char *kind, struct slice who, struct slice about)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * LIMIT_SUBJECT + 64);
        struct digest digest;

        buf_put_string(&text, kind);
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(who, LIMIT_SUBJECT));
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(about, LIMIT_SUBJECT));
        crypto_sha256(buf_slice(&text), &digest);
        return digest;
}

static bool ipv6_parse(struct slice address, struct in6_addr *ret)
{
        char text[INET6_ADDRSTRLEN] = "";

        if (address.size < sizeof(text) && address.size)
                memcpy(text, address.data, address.size);
        return inet_pton(AF_INET6, text, ret) == 1 && !IN6_IS_ADDR_V4MAPPED(ret);
}

/* Initialized in place, since it contains pointers to itself. */
static void origin_init(struct origin *origin, const struct policy *policy, struct slice address)
{
        uint32_t share = policy->login_failures > ADDRESS_SHARE ? (uint32_t)policy->login_failures
                                                                : ADDRESS_SHARE;
        struct buf text = BUF_ON(origin->bytes);
        struct in6_addr six;

        *origin = (struct origin){.address = {.most = share}};
        if (ipv6_parse(address, &six)) {
                buf_put_string(&text, "network ");
                buf_put(&text, slice_new(six.s6_addr, NETWORK_SIZE));
                origin->site.what = digest_of("site", slice_new(six.s6_addr, SITE_SIZE), SLICE(""));
                origin->site.most = SITE_SHARE * share;
                origin->address.owner = &origin->site;
        } else {
                buf_put(&text, slice_to(address, LIMIT_SUBJECT));
        }
        origin->text = buf_slice(&text);
        origin->address.what = digest_of("origin", origin->text, SLICE(""));
}

static struct rate_limit_key key_of(const struct origin *origin, const char *kind,
                                    struct slice about)
{
        return (struct rate_limit_key){.what = digest_of(kind, origin->text, about),
                                       .owner = &origin->address};
}

struct password_user limit_password_user(struct op *op)
{
        struct origin origin;

        origin_init(&origin, op->ports->policy, op->caller.address);
        return (struct password_user){.address = origin.address.what};
}

/* --- counting --- */

static int64_t attempt_begin(struct op *op, const struct rate_limit_key *key,
                             const struct rate_limit *rule)
{
        return op->ports->rate_limit.begin(op->ports->rate_limit.context, key, rule);
}

static void attempt_end(struct op *op, const struct digest *what, enum attempt_end end)
{
        op->ports->rate_limit.end(op->ports->rate_limit.context, what, end);
}

/* Counts one more. Return: 0; or the seconds until the next is allowed. */
static int64_t rate_limit_use(struct op *op, const struct rate_limit_key *key,
                              struct rate_limit rule)
{
        int64_t wait = attempt_begin(op, key, &rule);

        if (!wait)
                attempt_end(op, &key->what, ATTEMPT_FAILED);
        return wait;
}

static bool is_refusal(enum err error)
{
        return error_info(error)->kind == ERROR_REFUSED;
}

/* Counts a kind of thing against the caller's address. Return: as rate_limit_use(). */
static int64_t address_use(struct op *op, const char *kind, struct rate_limit rule)
{
        struct origin origin;
        struct rate_limit_key key;

        origin_init(&origin, op->ports->policy, op->caller.address);
        key = key_of(&origin, kind, SLICE(""));
        return rate_limit_use(op, &key, rule);
}

enum err limit_address(struct op *op, enum err refusal)
{
        int64_t wait = 0;

        if (is_refusal(refusal))
                wait = address_use(op, "failure",
                                   window(op->ports->policy->failures_per_address, MINUTE));
        return wait ? op_wait(op, wait, ERR_TOO_MANY_REQUESTS) : refusal;
}

enum err limit_client(struct op *op, const struct uuid *client_id, enum err refusal)
{
        struct rate_limit_key key = {.what = digest_of("client", uuid_slice(client_id), SLICE(""))};
        int64_t wait;

        if (!is_refusal(refusal))
                return refusal;
        wait = rate_limit_use(op, &key, window(op->ports->policy->failures_per_client, MINUTE));
        return wait ? op_wait(op, wait, ERR_CLIENT_FAILURES) : refusal;
}

/* --- what anybody can begin --- */

enum err limit_start(struct op *op, const struct client *client, const char *kind)
{
        int64_t wait = 0;

        if (client->auth_method == CLIENT_AUTH_NONE || client_is_self_registered(client))
                wait = address_use(
                        op, kind,
                        window(op->ports->policy->public_requests_per_address, TEN_MINUTES));
        return wait ? op_wait(op, wait, ERR_TOO_MANY_STARTS) : ERR_OK;
}

/* --- the audit trail --- */

bool limit_lets_audit(struct op *op)
{
        if (!address_use(op, "audit", window(op->ports->policy->audited_failures, HOUR)))
                return true;
        op->ports->rate_limit.leave_out(op->ports->rate_limit.context);
        return false;
}

static struct digest audit_digest(const struct uuid *account_id)
{
        return digest_of("audit of clients", uuid_slice(account_id), SLICE(""));
}

bool limit_audit_begin(struct op *op, const struct uuid *account_id)
{
        struct rate_limit_key key = {.what = audit_digest(account_id)};
        struct rate_limit rule = window(op->ports->policy->audited_failures, HOUR);

        return attempt_begin(op, &key, &rule) == 0;
}

void limit_audit_end(struct op *op, const struct uuid *account_id, bool may_audit, enum err outcome)
{
        struct digest what = audit_digest(account_id);
        bool has_failed = outcome != ERR_OK && !error_is_fault(outcome);

        if (may_audit)
                attempt_end(op, &what, has_failed ? ATTEMPT_FAILED : ATTEMPT_NONE);
        else if (has_failed)
                op->ports->rate_limit.leave_out(op->ports->rate_limit.context);
}

/* --- log-in --- */

enum err limit_login_begin(struct op *op, struct slice email, struct login_attempt *ret)
{
        struct rate_limit rule = window(op->ports->policy->login_failures, TEN_MINUTES);
        struct origin origin;
        struct rate_limit_key pair, address;
        int64_t wait;

        origin_init(&origin, op->ports->policy, op->caller.address);
        pair = key_of(&origin, "pair", email);
        address = key_of(&origin, "log-in", SLICE(""));
        wait = attempt_begin(op, &address, &rule);
        if (wait)
                return op_wait(op, wait, ERR_TOO_MANY_REQUESTS);
        wait = attempt_begin(op, &pair, &pair_rule);
        if (wait) {
                attempt_end(op, &address.what, ATTEMPT_NONE);
                return op_wait(op, wait, ERR_TOO_MANY_REQUESTS);
        }
        *ret = (struct login_attempt){.pair = pair.what, .address = address.what};
        return ERR_OK;
}

void limit_login_end(struct op *op, const struct login_attempt *attempt, enum err outcome)
{
        bool is_wrong = outcome == ERR_INVALID_CREDENTIALS || outcome == ERR_FACTOR_WRONG ||
                        outcome == ERR_PASSKEY_WRONG || outcome == ERR_PASSKEY_CLONED;

        attempt_end(op, &attempt->pair,
                    is_wrong            ? ATTEMPT_FAILED
                    : outcome == ERR_OK ? ATTEMPT_SUCCEEDED
                                        : ATTEMPT_NONE);
        attempt_end(op, &attempt->address, is_wrong ? ATTEMPT_FAILED : ATTEMPT_NONE);
}

/* --- registration --- */

enum err limit_registration_begin(struct op *op, struct digest *ret_attempt)
{
        struct rate_limit rule = window(op->ports->policy->registrations_per_address, HOUR);
        struct origin origin;
        struct rate_limit_key key;
        int64_t wait;

        origin_init(&origin, op->ports->policy, op->caller.address);
        key = key_of(&origin, "registration", SLICE(""));
        wait = attempt_begin(op, &key, &rule);
        if (wait)
                return op_wait(op, wait, ERR_TOO_MANY_REGISTRATIONS);
        *ret_attempt = key.what;
        return ERR_OK;
}

void limit_registration_end(struct op *op, const struct digest *attempt, enum err outcome)
{
        bool is_none = error_is_fault(outcome);

        attempt_end(op, attempt, is_none ? ATTEMPT_NONE : ATTEMPT_FAILED);
}

enum err limit_mail(struct op *op)
{
        int64_t wait =
                address_use(op, "mail", window(op->ports->policy->registrations_per_address, HOUR));

        return wait ? op_wait(op, wait, ERR_TOO_MANY_MAILS) : ERR_OK;
}

/* --- calls of satellites --- */

static const struct rate_limit satellite_rule = {
        .free = 10, .parallel = 4, .wait = 5, .longest_wait = 600, .memory = HOUR};

static struct digest satellite_digest(const struct uuid *account_id)
{
        return digest_of("satellite", uuid_slice(account_id), SLICE(""));
}

enum err limit_satellite_begin(struct op *op)
{
        struct rate_limit_key key = {.what = satellite_digest(&op->account_id)};
        int64_t wait = attempt_begin(op, &key, &satellite_rule);

        return wait ? op_wait(op, wait, ERR_TOO_MANY_REQUESTS) : ERR_OK;
}

/* A call that we did not make, or could not make for lack of resources, is not counted. */
void limit_satellite_end(struct op *op, enum err outcome)
{
        struct digest what = satellite_digest(&op->account_id);
        bool is_none = outcome == ERR_OK || outcome == ERR_SATELLITE_FORBIDDEN ||
                       outcome == ERR_BUSY || outcome == ERR_INTERNAL;

        attempt_end(op, &what, is_none ? ATTEMPT_NONE : ATTEMPT_FAILED);
}

/* --- fetching metadata documents --- */

/* Only how many run at once. */
static const struct rate_limit fetch_rule = {
        .parallel = 4, .wait = 1, .longest_wait = 1, .memory = MINUTE};

enum err limit_document_begin(struct op *op, bool is_new, struct document_attempt *ret)
{
        struct rate_limit rule = window(op->ports->policy->registrations_per_address, HOUR);
        struct rate_limit_key running, hourly;
        struct origin origin;
        int64_t wait;

        origin_init(&origin, op->ports->policy, op->caller.address);
        running = key_of(&origin, "documents at once", SLICE(""));
        hourly = key_of(&origin, "documents", SLICE(""));
        wait = attempt_begin(op, &running, &fetch_rule);
        if (wait)
                return op_wait(op, wait, ERR_TOO_MANY_DOCUMENTS);
        wait = is_new ? attempt_begin(op, &hourly, &rule) : 0;
        if (wait) {
                attempt_end(op, &running.what, ATTEMPT_NONE);
                return op_wait(op, wait, ERR_TOO_MANY_DOCUMENTS);
        }
        *ret = (struct document_attempt){running.what, hourly.what, is_new};
        return ERR_OK;
}

void limit_document_end(struct op *op, const struct document_attempt *attempt, enum err outcome)
{
        bool is_none = error_is_fault(outcome) || outcome == ERR_BUSY;

        attempt_end(op, &attempt->running, ATTEMPT_NONE);
        if (attempt->is_new)
                attempt_end(op, &attempt->hourly, is_none ? ATTEMPT_NONE : ATTEMPT_FAILED);
}

/* --- user codes of devices --- */

static const struct rate_limit user_code_rule = {
        .free = 10, .parallel = 4, .wait = 5, .longest_wait = 600, .memory = HOUR};

enum err limit_user_code_begin(struct op *op, struct user_code_attempt *ret)
{
        struct rate_limit rule = window(op->ports->policy->login_failures, TEN_MINUTES);
        struct rate_limit_key account = {
                .what = digest_of("user code", uuid_slice(&op->account_id), SLICE(""))};
        struct rate_limit_key address;
        struct origin origin;
        int64_t wait;

        origin_init(&origin, op->ports->policy, op->caller.address);
        address = key_of(&origin, "user codes", SLICE(""));
        wait = attempt_begin(op, &address, &rule);
        if (wait)
                return op_wait(op, wait, ERR_TOO_MANY_REQUESTS);
        wait = attempt_begin(op, &account, &user_code_rule);
        if (wait) {
                attempt_end(op, &address.what, ATTEMPT_NONE);
                return op_wait(op, wait, ERR_TOO_MANY_REQUESTS);
        }
        *ret = (struct user_code_attempt){.account = account.what, .address = address.what};
        return ERR_OK;
}

void limit_user_code_end(struct op *op, const struct user_code_attempt *attempt, enum err outcome)
{
        enum attempt_end end = outcome == ERR_USER_CODE_UNKNOWN ? ATTEMPT_FAILED : ATTEMPT_NONE;

        attempt_end(op, &attempt->account, end);
        attempt_end(op, &attempt->address, end);
}
