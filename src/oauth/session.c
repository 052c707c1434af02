/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in and out, and the sessions between.
 */
#include "oauth/session.h"

#include "base/macros.h"
#include "oauth/audit.h"
#include "oauth/credentials.h"
#include "oauth/ids.h"
#include "oauth/policy.h"
#include "oauth/quota.h"

enum { SEEN_STEP = 60 }; /* seconds; `last_seen_at` is not written more often */

/* A browser says what it likes: what is kept is printable ASCII, the rest becomes '?'. */
static struct slice user_agent_keep(struct arena *arena, struct slice text)
{
        struct slice cut = slice_to(text, LIMIT_USER_AGENT);
        uint8_t *kept = arena_alloc(arena, cut.size);

        for (size_t i = 0; kept && i < cut.size; i++)
                kept[i] = cut.data[i] >= ' ' && cut.data[i] <= '~' ? cut.data[i] : '?';
        return slice_new(kept, kept ? cut.size : 0);
}

enum err session_log_in(const struct ports *ports, struct arena *arena, const struct caller *caller,
                        struct slice email, struct secret password, struct session *ret_session,
                        struct secret *ret_token)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct secret token = token_random(&ports->entropy, arena);
        struct session session = {
                .id = uuid_ordered(&ports->entropy, now),
                .token = token_digest(secret_reveal(token)),
                .created_at = now,
                .last_seen_at = now,
                .ends_at = instant_add_seconds(now, ports->policy->session_lifetime),
                .address = caller->address,
                .user_agent = user_agent_keep(arena, caller->user_agent),
        };
        struct audit_entry audit = audit_entry_of(caller, "login", now, NULL, NULL, NULL);
        struct credentials credentials = {
                .action = audit.action, .email = email, .password = password};
        enum err error;

        TRY(credentials_check(ports, arena, caller, &credentials, &session.account));
        TRY(quota_spend_login(ports, arena, caller, &session.account.id));
        audit.account_id = session.account.id;
        error = ports->store->verbs->session_insert(ports->store, arena, &session, &audit);
        if (error == ERR_NO_ROW)
                return ERR_INVALID_CREDENTIALS; /* the password was changed meanwhile */
        TRY(error);
        *ret_session = session;
        *ret_token = token;
        return ERR_OK;
}

enum err session_authenticate(const struct ports *ports, struct arena *arena, struct slice token,
                              struct session *ret)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct digest digest = token_digest(token);
        struct session session;
        enum err error;

        if (slice_is_empty(token))
                return ERR_UNAUTHENTICATED;
        error = ports->store->verbs->session_find(ports->store, arena, &digest, now,
                                                  ports->policy->session_idle, &session);
        if (error == ERR_NO_ROW)
                return ERR_UNAUTHENTICATED;
        TRY(error);
        /* A full disk must not keep people from reading: the store has logged it. */
        if (session.last_seen_at.ms < instant_add_seconds(now, -SEEN_STEP).ms &&
            disk_level(&ports->disk) != DISK_FULL)
                (void)!ports->store->verbs->session_seen(ports->store, arena, &digest, now);
        *ret = session;
        return ERR_OK;
}

enum err session_log_out(const struct ports *ports, struct arena *arena,
                         const struct caller *caller, const struct session *session)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "logout", now, &session->account.id, NULL, NULL);

        return ports->store->verbs->session_delete(ports->store, arena, &session->token, &audit);
}

enum err session_end_one(const struct ports *ports, struct arena *arena,
                         const struct caller *caller, const struct uuid *account_id,
                         const struct uuid *id)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit = audit_entry_of(caller, "session_end", now, account_id, NULL, id);
        enum err error =
                ports->store->verbs->session_end(ports->store, arena, account_id, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}

enum err session_end_all(const struct ports *ports, struct arena *arena,
                         const struct caller *caller, const struct uuid *account_id)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit =
                audit_entry_of(caller, "sessions_end", now, account_id, NULL, NULL);

        return ports->store->verbs->sessions_end(ports->store, arena, account_id, &audit);
}
