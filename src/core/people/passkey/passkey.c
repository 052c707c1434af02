/* SPDX-License-Identifier: Apache-2.0
 *
 * Adding passkeys, and what is done with them afterwards.
 */
#include "core/people/passkey/passkey.h"

#include "base/macros.h"
#include "base/name.h"
#include "core/ids.h"
#include "core/people/email.h"
#include "core/people/notice.h"
#include "core/people/passkey/challenge.h"
#include "core/people/passkey/client_data.h"
#include "core/people/passkey/proof.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

static bool is_name(struct slice text)
{
        return text.size && name_is_clear(text);
}

/* --- adding one --- */

enum err passkey_begin(struct op *op, const struct session *session,
                       const struct confirmation *given, struct passkey_setup *ret)
{
        struct passkey_setup setup;
        struct identity identity;

        if (op->ports->policy->passwords_off)
                return ERR_PASSKEYS_OFF;
        TRY(store_passkey_list(op, &op->account_id, &setup.others));
        if (setup.others.n >= LIMIT_PASSKEYS)
                return ERR_TOO_MANY;
        TRY(login_confirm(op, &session->account, "passkey_begin", given, &identity));
        TRY(quota_spend_change(op));
        TRY(challenge_make(op, CHALLENGE_ADD, &op->account_id, &setup.challenge));
        *ret = setup;
        return ERR_OK;
}

static enum err credential_check(struct op *op, const struct passkey_registration *given,
                                 struct passkey *passkey)
{
        struct webauthn_head head;
        struct slice challenge;
        enum err error;

        TRY(client_data_read(op, given->client_data, CLIENT_DATA_CREATE, &challenge));
        TRY(challenge_read(op, CHALLENGE_ADD, &op->account_id, challenge, &passkey->challenged_at));
        TRY(passkey_head_check(op, given->data, &head));
        error = webauthn_credential_read(op->arena, given->data, &passkey->credential);
        if (error == ERR_NOT_AUTHENTIC ||
            (error == ERR_OK && passkey->credential.id.size > LIMIT_CREDENTIAL))
                return op_explain(op, ERR_PASSKEY_WRONG,
                                  SLICE("There is no credential in the authenticator data, or its "
                                        "key is none of ES256, EdDSA and RS256."));
        passkey->counter = head.counter;
        return error;
}

/* Why it was not stored. */
static enum err refusal_find(struct op *op, const struct passkey *passkey)
{
        struct passkey_owner owner;
        struct passkey_list others;
        enum err error = store_passkey_find(op, &passkey->credential.id, &owner);

        if (error != ERR_NO_ROW)
                return error == ERR_OK ? ERR_PASSKEY_EXISTS : error;
        TRY(store_passkey_list(op, &op->account_id, &others));
        return others.n >= LIMIT_PASSKEYS ? ERR_TOO_MANY : ERR_PASSKEY_STATE;
}

enum err passkey_add(struct op *op, const struct session *session,
                     const struct passkey_registration *given, struct passkey *ret)
{
        struct passkey passkey = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = op->account_id,
                .name = blanks_trim(given->name),
                .created_at = op->now,
        };
        const struct new_passkey added = {&passkey, uuid_ordered(&op->ports->entropy, op->now),
                                          session->id};
        struct audit_entry audit =
                audit_entry_of(op, "passkey_add", &op->account_id, NULL, &passkey.id);
        struct mail notice = mail_notice(op, MAIL_PASSKEY_ADDED, &session->account);
        enum err error;

        if (op->ports->policy->passwords_off)
                return ERR_PASSKEYS_OFF;
        if (!is_name(passkey.name))
                return ERR_NAME_UNCLEAR;
        TRY(credential_check(op, given, &passkey));
        notice.about = passkey.name;
        audit.notice = &notice;
        error = store_passkey_insert(op, &added, &audit);
        if (error == ERR_NO_ROW)
                return refusal_find(op, &passkey);
        TRY(error);
        *ret = passkey;
        return ERR_OK;
}

/* --- afterwards --- */

enum err passkey_rename(struct op *op, const struct passkey_name *name)
{
        const struct passkey_name given = {name->id, blanks_trim(name->name)};
        struct audit_entry audit =
                audit_entry_of(op, "passkey_rename", &op->account_id, NULL, &name->id);
        enum err error;

        if (!is_name(given.name))
                return ERR_NAME_UNCLEAR;
        TRY(quota_spend_change(op));
        error = store_passkey_rename(op, &given, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

/* The name of the account's passkey. */
static enum err name_find(struct op *op, const struct uuid *id, struct slice *ret)
{
        struct passkey_list passkeys;

        TRY(store_passkey_list(op, &op->account_id, &passkeys));
        for (size_t i = 0; i < passkeys.n; i++)
                if (uuid_equal(&passkeys.items[i].id, id)) {
                        *ret = passkeys.items[i].name;
                        return ERR_OK;
                }
        return ERR_NOT_FOUND;
}

enum err passkey_remove(struct op *op, const struct session *session, const struct uuid *id,
                        const struct confirmation *given)
{
        const struct passkey_end end = {*id, session->id};
        struct audit_entry audit = audit_entry_of(op, "passkey_remove", &op->account_id, NULL, id);
        struct mail notice = mail_notice(op, MAIL_PASSKEY_REMOVED, &session->account);
        struct identity identity;
        enum err error;

        TRY(name_find(op, id, &notice.about));
        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        audit.notice = &notice;
        error = store_passkey_delete(op, &end, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
