/* SPDX-License-Identifier: Apache-2.0
 *
 * How much one account may write in a day, so that no account fills the disk. Whatever ends access
 * is never refused: revoking, deleting, disabling, logging out.
 *
 * Quotas are stored in the database: they survive a restart, and nodes share them. They refill
 * evenly. A quota of 0 in the policy means no limit.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* One request for access, charged to three quotas at once. The applications of one developer get a
 * quarter of the account's quota, so that they cannot use up what others need; nor can one account
 * use more than that quarter from the application's quota.
 * Return: ERR_OK; ERR_QUOTA_SHARE; ERR_QUOTA_REQUESTS; ERR_QUOTA_CLIENT, with `caller->wait`. */
enum err quota_spend_request(struct op *op, const struct client *client);

/* One log-in or new password, after the old password was checked, so that only people who know it
 * spend the quota.
 * Return: ERR_OK; ERR_QUOTA_LOGINS, with `caller->wait`. */
enum err quota_spend_login(struct op *op, const struct uuid *account_id);

/* One grant of an application that is exchanged for a narrower one; the application has a quota for
 * each account. It leaves nothing but the audit row. Return: ERR_OK; ERR_QUOTA_NARROWINGS, with
 * `caller->wait`. */
enum err quota_spend_narrowing(struct op *op, const struct grant *grant,
                               const struct audit_entry *audit);

/* One mail with a link for another password, or one that tells something, to this e-mail address:
 * whatever accounts it has had. A thief of a session can cause notices of new client secrets and of
 * connected applications, one of a passkey those of copies, one of a password those of log-ins:
 * they use up no others with them. Return: ERR_OK; ERR_TOO_MANY_MAILS. */
enum err quota_spend_reset_mail(struct op *op, struct slice recipient);
enum err quota_spend_registration_mail(struct op *op, struct slice recipient);
enum err quota_spend_notice(struct op *op, enum mail_kind kind, struct slice recipient);

/* Another e-mail address that the call's account asks for. Return: ERR_OK; ERR_TOO_MANY_MAILS, with
 * `caller->wait`. */
enum err quota_spend_email_wish(struct op *op);

/* One mail about it to this address. What anybody can ask for uses up none of those by which a
 * change is undone. Return: ERR_OK; ERR_TOO_MANY_MAILS. */
enum err quota_spend_email_mail(struct op *op, enum mail_kind kind, struct slice recipient);

/* One of all other changes by an account: applications and their secrets, projects, owner's grants,
 * its name. Return: ERR_OK; ERR_QUOTA_CHANGES, with `caller->wait`. */
enum err quota_spend_change(struct op *op);
