/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking up who is behind a grant.
 */
#include "core/identity/userinfo.h"

#include "base/macros.h"
#include "core/authorize/protocol_scope.h"
#include "core/grants/issued.h"
#include "core/identity/id_token.h"

enum err grant_subject(struct op *op, const struct grant *grant, struct slice *ret)
{
        struct client client = {.subject = SUBJECT_PUBLIC};
        struct signing_keys keys = {0};

        if (!grant_is_owners(grant)) {
                TRY(store_client_by_row(op, &grant->client_row, &client));
                TRY(signing_keys_read(op, &keys));
        }
        *ret = subject_of(op->arena, &keys, &client, &grant->account_id);
        return arena_check(op->arena);
}

enum err userinfo_of(struct op *op, struct secret access_grant, struct userinfo *ret)
{
        struct grant_person person;
        struct userinfo info = {0};
        struct issued issued;
        enum err error;

        TRY(issued_look(op, NULL, access_grant, &issued));
        if (!issued.is_active || grant_is_owners(&issued.grant))
                return ERR_BEARER_GRANT;
        error = store_grant_person(op, &issued.grant.id, &person);
        if (error == ERR_NO_ROW)
                return ERR_BEARER_GRANT;
        TRY(error);
        if (!(person.protocol_scopes & PROTOCOL_OPENID))
                return ERR_BEARER_SCOPE;
        TRY(grant_subject(op, &issued.grant, &info.subject));
        if (person.protocol_scopes & PROTOCOL_EMAIL)
                info.email = person.email;
        if (person.protocol_scopes & PROTOCOL_PROFILE)
                info.name = person.full_name;
        *ret = info;
        return ERR_OK;
}
