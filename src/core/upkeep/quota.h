/* SPDX-License-Identifier: Apache-2.0
 *
 * How much one account may have written in a day, so that none fills the disk of all. What makes
 * access end is never refused: revoking, deleting, switching off, logging out.
 *
 * Quotas are kept in the database: they outlive a restart, and nodes share them. They refill
 * evenly. Those of the policy that are 0 do not limit.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* One request for access, on three accounts at once. Of the account's own quota a quarter is for
 * the applications of any one developer, so that none of them uses up what the others need; and of
 * the application's quota no account can have more than that quarter either.
 * Return: ERR_OK; ERR_QUOTA_SHARE; ERR_QUOTA_REQUESTS; ERR_QUOTA_CLIENT, with `caller->wait`. */
enum err quota_spend_request(struct op *op, const struct client *client);

/* One log-in or new password, after the old password was right: so only who knows it spends.
 * Return: ERR_OK; ERR_QUOTA_LOGINS, with `caller->wait`. */
enum err quota_spend_login(struct op *op, const struct uuid *account_id);

/* One of all other things that an account creates or changes: applications and their secrets,
 * projects, its own grants, its name. Return: ERR_OK; ERR_QUOTA_CHANGES, with `caller->wait`. */
enum err quota_spend_change(struct op *op);
