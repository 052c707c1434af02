/* SPDX-License-Identifier: Apache-2.0
 *
 * Daily quotas, from the policy.
 */
#include "core/upkeep/quota.h"

#include "base/macros.h"
#include "core/policy.h"

enum { SHARES = 4 }; /* of an account's requests, for the applications of one developer */

/* Quotas without a limit are skipped. */
static enum err spend(struct op *op, const struct quota *quotas, size_t n)
{
        struct quota *limited = arena_array(op->arena, n, struct quota);
        struct quota_bill bill = {.quotas = limited};
        int64_t wait = 0;
        enum err error;

        if (!limited)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < n; i++)
                if (quotas[i].per_day)
                        limited[bill.n++] = quotas[i];
        if (bill.n == 0)
                return ERR_OK;
        error = store_quota_spend(op, &bill, NULL, &wait);
        return op_wait(op, wait, error);
}

/* 0 stays 0, and any other limit is at least 1. */
static int64_t share_of(int64_t per_day)
{
        return (per_day + SHARES - 1) / SHARES;
}

enum err quota_spend_request(struct op *op, const struct client *client)
{
        const struct policy *policy = op->ports->policy;
        struct uuid pair[] = {op->account_id, client->account_id};
        struct quota quotas[] = {
                {QUOTA_SHARE, slice_new(pair, sizeof(pair)), share_of(policy->account_requests),
                 ERR_QUOTA_SHARE},
                {QUOTA_REQUESTS, uuid_slice(&op->account_id), policy->account_requests,
                 ERR_QUOTA_REQUESTS},
                {QUOTA_CLIENT, uuid_slice(&client->id), policy->client_requests, ERR_QUOTA_CLIENT},
        };

        return spend(op, quotas, ARRAY_SIZE(quotas));
}

enum err quota_spend_login(struct op *op, const struct uuid *account_id)
{
        struct quota quota = {QUOTA_LOGINS, uuid_slice(account_id),
                              op->ports->policy->account_logins, ERR_QUOTA_LOGINS};

        return spend(op, &quota, 1);
}

enum err quota_spend_narrowing(struct op *op, const struct grant *grant,
                               const struct audit_entry *audit)
{
        struct uuid pair[] = {grant->account_id, grant->client_row};
        struct quota quota = {QUOTA_NARROWINGS, slice_new(pair, sizeof(pair)), LIMIT_NARROWINGS,
                              ERR_QUOTA_NARROWINGS};
        int64_t wait = 0;
        enum err error = store_quota_spend(op, &(struct quota_bill){&quota, 1}, audit, &wait);

        return op_wait(op, wait, error);
}

static enum err spend_mail(struct op *op, enum quota_kind kind, struct slice recipient,
                           int64_t per_day)
{
        struct digest who;
        struct quota quota = {kind, SLICE_ARRAY(who.bytes), per_day, ERR_TOO_MANY_MAILS};

        crypto_sha256(recipient, &who);
        return spend(op, &quota, 1);
}

enum err quota_spend_reset_mail(struct op *op, struct slice recipient)
{
        return spend_mail(op, QUOTA_RESET_MAILS, recipient, LIMIT_RESET_MAILS);
}

enum err quota_spend_registration_mail(struct op *op, struct slice recipient)
{
        return spend_mail(op, QUOTA_REGISTRATION_MAILS, recipient, LIMIT_REGISTRATION_MAILS);
}

static enum quota_kind quota_of_notice(enum mail_kind kind)
{
        if (kind == MAIL_NEW_BROWSER)
                return QUOTA_BROWSER_NOTICES;
        if (kind == MAIL_CONNECTED)
                return QUOTA_CONNECTED_NOTICES;
        return kind == MAIL_CLIENT_SECRET || kind == MAIL_PASSKEY_CLONED ? QUOTA_SECRET_NOTICES
                                                                         : QUOTA_NOTICES;
}

enum err quota_spend_notice(struct op *op, enum mail_kind kind, struct slice recipient)
{
        return spend_mail(op, quota_of_notice(kind), recipient, LIMIT_NOTICES);
}

enum err quota_spend_email_wish(struct op *op)
{
        struct quota quota = {QUOTA_EMAIL_WISHES, uuid_slice(&op->account_id), LIMIT_EMAIL_MAILS,
                              ERR_TOO_MANY_MAILS};

        return spend(op, &quota, 1);
}

enum err quota_spend_email_mail(struct op *op, enum mail_kind kind, struct slice recipient)
{
        enum quota_kind quota = kind == MAIL_EMAIL_CHANGED ? QUOTA_EMAIL_UNDOS : QUOTA_EMAIL_MAILS;

        return spend_mail(op, quota, recipient, LIMIT_EMAIL_MAILS);
}

enum err quota_spend_change(struct op *op)
{
        struct quota quota = {QUOTA_CHANGES, uuid_slice(&op->account_id),
                              op->ports->policy->account_changes, ERR_QUOTA_CHANGES};

        return spend(op, &quota, 1);
}
