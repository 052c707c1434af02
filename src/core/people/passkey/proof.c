/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking that somebody has a passkey. What is told of a refusal says nothing about accounts: an
 * unknown passkey, another account's and a wrong signature are refused in the same words.
 */
#include "core/people/passkey/proof.h"

#include "base/crypto.h"
#include "base/macros.h"
#include "base/uri.h"
#include "core/people/notice.h"
#include "core/people/passkey/challenge.h"
#include "core/people/passkey/client_data.h"
#include "core/policy.h"
#include "core/store.h"
#include "core/upkeep/audit.h"

static enum err wrong(struct op *op, const char *why)
{
        return op_explain(op, ERR_PASSKEY_WRONG, slice_from_string(why));
}

struct slice passkey_host(const struct op *op)
{
        struct uri issuer;

        return uri_parse(op->ports->policy->issuer, &issuer) ? issuer.at.host : (struct slice){0};
}

enum err passkey_head_check(struct op *op, struct slice data, struct webauthn_head *ret)
{
        struct webauthn_head head;
        struct digest server;

        crypto_sha256(passkey_host(op), &server);
        if (!webauthn_head_read(data, &head))
                return wrong(op, "The authenticator data is too short.");
        if (!digest_equal(&head.server, &server))
                return wrong(op, "The passkey is one of another host.");
        if (!(head.flags & WEBAUTHN_USER_PRESENT))
                return wrong(op, "The authenticator does not say that somebody touched it.");
        *ret = head;
        return ERR_OK;
}

/* The owner of the passkey, who has signed. */
static enum err owner_find(struct op *op, const struct passkey_proof *proof,
                           struct passkey_owner *ret)
{
        const struct webauthn_proof signed_ = {passkey_host(op), proof->client_data, proof->data,
                                               proof->signature};
        enum err error = store_passkey_find(op, &proof->credential, ret);

        if (error == ERR_OK)
                error = slice_equal(proof->user_handle, uuid_slice(&ret->passkey.account_id))
                                ? webauthn_verify(op->arena, &ret->passkey.credential.key, &signed_)
                                : ERR_NOT_AUTHENTIC;
        return error == ERR_NO_ROW || error == ERR_NOT_AUTHENTIC ? ERR_PASSKEY_WRONG : error;
}

/* Two authenticators have the same key, and one has signed more often than this one. */
static enum err clone_tell(struct op *op, const struct passkey *passkey)
{
        struct audit_entry audit =
                audit_entry_of(op, "passkey_cloned", &passkey->account_id, NULL, &passkey->id);
        struct mail notice;

        TRY(mail_notice_to(op, MAIL_PASSKEY_CLONED, &passkey->account_id, &notice));
        notice.about = passkey->name;
        audit.notice = &notice;
        audit_note(op, audit, ERR_OK);
        return ERR_PASSKEY_CLONED;
}

static bool has_grown(int64_t counter, int64_t before)
{
        return counter > before || (counter == 0 && before == 0);
}

enum err passkey_prove(struct op *op, const struct passkey_proof *proof, struct identity *ret)
{
        static const struct uuid anybody;
        struct passkey_owner owner;
        struct passkey_use use;
        struct webauthn_head head = {0};
        struct slice challenge;
        enum err error;

        TRY(client_data_read(op, proof->client_data, CLIENT_DATA_GET, &challenge));
        TRY(challenge_read(op, CHALLENGE_LOG_IN, &anybody, challenge, &use.challenged_at));
        TRY(passkey_head_check(op, proof->data, &head));
        if (!(head.flags & WEBAUTHN_USER_VERIFIED))
                return wrong(op, "The passkey has not verified you; set a PIN or a fingerprint for "
                                 "it, or use another one.");
        TRY(owner_find(op, proof, &owner));
        if (use.challenged_at.ms <= owner.passkey.challenged_at.ms)
                return ERR_PASSKEY_STATE;
        if (!has_grown(head.counter, owner.passkey.counter))
                return clone_tell(op, &owner.passkey);
        use.id = owner.passkey.id;
        use.counter = head.counter;
        error = store_passkey_use(op, &use);
        if (error == ERR_NO_ROW)
                return ERR_PASSKEY_STATE; /* another attempt has used it meanwhile */
        TRY(error);
        *ret = owner.identity;
        return ERR_OK;
}
