/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the grant that a token is.
 */
#include "core/grants/issued.h"

#include "base/macros.h"
#include "core/grants/check.h"
#include "core/upkeep/audit.h"

/* What the token may be used for does not matter here, only that it is genuine. */
static bool is_genuine(const struct grant_verdict *verdict)
{
        return verdict->is_itself &&
               (verdict->reason == CHECK_GOOD || verdict->reason == CHECK_OP_DENIED ||
                verdict->reason == CHECK_PATH_DENIED);
}

static bool is_of(const struct client *client, const struct grant *grant)
{
        return !client || (!grant_is_owners(grant) && uuid_equal(&client->id, &grant->client_row));
}

enum err issued_look(struct op *op, const struct client *client, struct secret token,
                     struct issued *ret)
{
        struct grant_check_form form = {.access_grant = token,
                                        .op = AG_OP_READ,
                                        .time = {.seconds = instant_seconds(op->now)}};
        struct issued issued = {0};
        struct grant_verdict verdict;
        enum err error;

        *ret = issued;
        TRY(grant_check(op, &form, &verdict));
        if (!is_genuine(&verdict))
                return ERR_OK;
        error = store_grant_by_id(op, &verdict.grant_id, &issued.grant);
        if (error == ERR_NO_ROW)
                return ERR_OK;
        TRY(error);
        issued.is_active = is_of(client, &issued.grant);
        if (issued.is_active)
                *ret = issued;
        return ERR_OK;
}

enum err issued_revoke(struct op *op, const struct client *client, struct secret token)
{
        struct audit_entry audit;
        struct issued issued;
        struct op owner = *op; /* in whose name it is revoked */
        enum err error;

        TRY(issued_look(op, client, token, &issued));
        if (!issued.is_active)
                return ERR_OK;
        owner.account_id = issued.grant.account_id;
        audit = audit_entry_of(&owner, "grant_revoke", &issued.grant.account_id, &client->client_id,
                               &issued.grant.id);
        error = store_grant_revoke(&owner, &issued.grant.id, &audit, &issued.grant);
        return error == ERR_NO_ROW ? ERR_OK : error;
}
