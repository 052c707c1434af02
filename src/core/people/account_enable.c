/* SPDX-License-Identifier: Apache-2.0
 *
 * Enabling an account again. While it is disabled nothing can be issued under it, so that what is
 * ended here is all there is.
 */
#include "base/macros.h"
#include "core/people/account.h"
#include "core/upkeep/audit.h"

/* One run over what there is under an account. */
struct settling {
        const struct op *whole;
        struct arena page, step; /* of a list, and of what is done to one of its rows */
};

static void settling_deinit(struct settling *settling)
{
        arena_deinit(&settling->page);
        arena_deinit(&settling->step);
}

static struct op page_op(struct settling *settling)
{
        arena_reset(&settling->page);
        return op_step(settling->whole, &settling->page);
}

/* An operation of this account. */
static struct op step_op(struct settling *settling, const struct uuid *account_id)
{
        struct op op;

        arena_reset(&settling->step);
        op = op_step(settling->whole, &settling->step);
        op.account_id = *account_id;
        return op;
}

/* Ends all access of an application to an account, as its user would. */
static enum err access_end(struct settling *settling, const struct uuid *account_id,
                           const struct uuid *client_row)
{
        struct op op = step_op(settling, account_id);
        struct audit_entry audit = audit_entry_of(&op, "access_revoke", account_id, NULL, NULL);
        struct grant_list ended;

        return store_access_revoke(&op, client_row, &audit, &ended);
}

/* --- as a user --- */

static enum err applications_end(struct settling *settling)
{
        const struct uuid *account_id = &settling->whole->account_id;
        struct uuid client_row = {0};

        for (;;) {
                struct op op = page_op(settling);
                enum err error = store_account_client_next(&op, &client_row, &client_row);

                if (error == ERR_NO_ROW)
                        return ERR_OK;
                TRY(error);
                TRY(access_end(settling, account_id, &client_row));
        }
}

static enum err own_grant_end(struct settling *settling, const struct grant *grant)
{
        struct op op = step_op(settling, &grant->account_id);
        struct audit_entry audit =
                audit_entry_of(&op, "grant_revoke", &grant->account_id, NULL, &grant->id);
        struct grant ended;

        return store_grant_revoke(&op, &grant->id, &audit, &ended);
}

/* Those that the owner made, of no application. */
static enum err own_grants_end(struct settling *settling)
{
        struct list_page page = {.limit = LIMIT_LIST};
        struct grant_list grants;

        do {
                struct op op = page_op(settling);

                TRY(store_grant_list(&op, &page, &grants));
                for (size_t i = 0; i < grants.n; i++)
                        if (grant_is_owners(&grants.items[i]))
                                TRY(own_grant_end(settling, &grants.items[i]));
                page.after = grants.next;
        } while (!list_cursor_is_none(&page.after));
        return ERR_OK;
}

/* --- as a developer --- */

/* Who has many requests in a row is not asked for each. */
static enum err users_end(struct settling *settling, const struct uuid *client_row)
{
        struct client_request_page page = {.client_row = *client_row};
        struct client_request_list list;
        struct uuid last = {0};

        for (;;) {
                struct op op = page_op(settling);

                TRY(store_client_requests(&op, &page, &list));
                if (list.n == 0)
                        return ERR_OK;
                for (size_t i = 0; i < list.n; i++) {
                        if (!uuid_equal(&list.items[i].account_id, &last))
                                TRY(access_end(settling, &list.items[i].account_id, client_row));
                        last = list.items[i].account_id;
                }
                page.after = list.items[list.n - 1].no;
        }
}

static enum err clients_end(struct op *op, struct settling *settling)
{
        struct client_list clients;

        TRY(store_client_list(op, &clients));
        for (size_t i = 0; i < clients.n; i++)
                TRY(users_end(settling, &clients.items[i].id));
        return ERR_OK;
}

/* --- both --- */

static enum err everything_end(struct op *op)
{
        struct settling settling CLEANUP(settling_deinit) = {
                .whole = op, .page = ARENA_INIT(LIMIT_ARENA), .step = ARENA_INIT(LIMIT_ARENA)};

        TRY(applications_end(&settling));
        TRY(own_grants_end(&settling));
        return clients_end(op, &settling);
}

enum err account_enable_by_operator(struct op *op, const struct account *account)
{
        struct audit_entry audit = audit_entry_of(op, "account_enable", &account->id, NULL, NULL);
        enum err error;

        if (account->disabled_at.ms == 0)
                return ERR_OK;
        if (instant_add_seconds(account->disabled_at, ACCOUNT_SETTLES).ms > op->now.ms)
                return ERR_CONFLICT;
        op->account_id = account->id;
        TRY(everything_end(op));
        error = store_account_enable(op, &account->id, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
