/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting by account: of a million codes three are good at a time, so no number of addresses may
 * buy more guesses.
 */
#include "core/people/factor/factor_limit.h"

#include "base/macros.h"

/* Seconds. */
static const struct rate_limit rule = {
        .free = 4, .wait = 10, .longest_wait = 3600, .memory = 86400};

enum err factor_limit_begin(struct op *op, enum factor_use use, const struct uuid *account_id,
                            struct digest *ret_attempt)
{
        const struct rate_limit_port *port = &op->ports->rate_limit;
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);
        struct rate_limit_key key = {0};
        int64_t wait;

        buf_put_string(&text, use == FACTOR_CONSENT ? "consent " : "second factor ");
        buf_put(&text, uuid_slice(account_id));
        crypto_sha256(buf_slice(&text), &key.what);
        wait = port->begin(port->context, &key, &rule);
        *ret_attempt = key.what;
        return wait ? op_wait(op, wait, ERR_TOO_MANY_REQUESTS) : ERR_OK;
}

void factor_limit_end(struct op *op, const struct digest *attempt, enum err outcome)
{
        const struct rate_limit_port *port = &op->ports->rate_limit;
        enum attempt_end end = outcome == ERR_FACTOR_WRONG ? ATTEMPT_FAILED : ATTEMPT_NONE;

        port->end(port->context, attempt, outcome == ERR_OK ? ATTEMPT_SUCCEEDED : end);
}
