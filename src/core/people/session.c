/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in and out, and sessions.
 */
#include "core/people/session.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/login_notice.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

enum { SEEN_STEP = 60 }; /* seconds; `last_seen_at` is not written more often */

/* A browser may send anything: printable ASCII is stored, the rest becomes '?'. */
static struct slice user_agent_keep(struct arena *arena, struct slice text)
{
        struct slice cut = slice_to(text, LIMIT_USER_AGENT);
        uint8_t *kept = arena_alloc(arena, cut.size);

        for (size_t i = 0; kept && i < cut.size; i++)
                kept[i] = cut.data[i] >= ' ' && cut.data[i] <= '~' ? cut.data[i] : '?';
        return slice_new(kept, kept ? cut.size : 0);
}

enum err session_log_in(struct op *op, const struct credentials *credentials, struct session *ret,
                        struct secret *ret_token)
{
        struct secret token = token_random(&op->ports->entropy, op->arena);
        struct session session = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .token = token_digest(secret_reveal(token)),
                .method = credentials->method,
                .created_at = op->now,
                .last_seen_at = op->now,
                .ends_at = instant_add_seconds(op->now, op->ports->policy->session_lifetime),
                .address = op->caller.address,
                .user_agent = user_agent_keep(op->arena, op->caller.user_agent),
        };
        struct audit_entry audit = audit_entry_of(op, "login", NULL, NULL, NULL);
        struct credentials given = *credentials;
        struct identity identity;
        struct digest browser;
        struct mail notice;
        struct new_session new = {&session, &identity};
        enum err error;

        given.action = audit.action;
        TRY(login_check(op, &given, &identity));
        session.account = identity.account;
        session.authentication = (struct authentication){op->now, identity.means};
        TRY(quota_spend_login(op, &session.account.id));
        audit.account_id = session.account.id;
        TRY(login_notice(op, &session, &notice));
        audit.notice = &notice;
        if (!secret_is_absent(given.browser)) {
                browser = browser_digest(&session.account, given.browser);
                new.browser = &browser;
        }
        error = store_session_insert(op, &new, &audit);
        if (error == ERR_NO_ROW)
                return ERR_INVALID_CREDENTIALS; /* they were changed in the meantime */
        TRY(error);
        *ret = session;
        *ret_token = token;
        return ERR_OK;
}

enum err session_authenticate(struct op *op, struct slice token, struct session *ret)
{
        struct session_key key = {token_digest(token), op->ports->policy->session_idle};
        struct session session;
        enum err error;

        if (slice_is_empty(token))
                return ERR_UNAUTHENTICATED;
        error = store_session_find(op, &key, &session);
        if (error == ERR_NO_ROW)
                return ERR_UNAUTHENTICATED;
        TRY(error);
        if (!login_holds(op, &session))
                return ERR_UNAUTHENTICATED;
        /* A full disk must not prevent reading; the store has logged the failure. */
        if (session.last_seen_at.ms < instant_add_seconds(op->now, -SEEN_STEP).ms &&
            disk_level(&op->ports->disk) != DISK_FULL)
                (void)!store_session_seen(op, &key.token);
        *ret = session;
        return ERR_OK;
}

enum err session_require_proof(const struct op *op, const struct authentication *authentication)
{
        struct instant since = instant_add_seconds(op->now, -op->ports->policy->session_proof);

        return authentication->at.ms >= since.ms ? ERR_OK : ERR_PROOF_OLD;
}

enum err session_prove(struct op *op, const struct session *session,
                       const struct confirmation *given)
{
        struct audit_entry audit =
                audit_entry_of(op, "session_proof", &session->account.id, NULL, &session->id);
        struct session proven = *session;
        struct identity identity;
        enum err error;

        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        TRY(quota_spend_login(op, &session->account.id));
        proven.authentication = (struct authentication){op->now, identity.means};
        error = store_session_prove(op, &proven, &audit);
        return error == ERR_NO_ROW ? ERR_UNAUTHENTICATED : error;
}

enum err session_log_out(struct op *op, const struct session *session)
{
        struct audit_entry audit = audit_entry_of(op, "logout", &session->account.id, NULL, NULL);

        return store_session_delete(op, &session->token, &audit);
}

enum err session_end_one(struct op *op, const struct uuid *id)
{
        struct audit_entry audit = audit_entry_of(op, "session_end", &op->account_id, NULL, id);
        enum err error = store_session_end(op, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err session_end_all(struct op *op)
{
        struct audit_entry audit = audit_entry_of(op, "sessions_end", &op->account_id, NULL, NULL);

        return store_session_end(op, NULL, &audit);
}
