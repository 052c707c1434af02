/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering, logging in and out.
 */
#include "oauth/account.h"

#include "base/macros.h"
#include "oauth/audit.h"
#include "oauth/ids.h"
#include "oauth/limit.h"
#include "oauth/policy.h"
#include "oauth/project.h"

enum { SEEN_STEP = 60 }; /* seconds; `last_seen_at` is not written more often */

static bool is_blank(uint8_t byte)
{
        return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct slice trim(struct slice text)
{
        while (text.size && is_blank(text.data[0]))
                text = slice_from(text, 1);
        while (text.size && is_blank(text.data[text.size - 1]))
                text.size--;
        return text;
}

/* One '@' with something on both sides, no blanks: whether mail arrives there only mail can tell.
 */
static bool email_is_valid(struct slice email)
{
        struct slice host = email, name;

        if (email.size > LIMIT_EMAIL || !slice_is_plain_text(email) ||
            slice_contains_byte(email, ' '))
                return false;
        return slice_cut(&host, '@', &name) && name.size && host.size &&
               !slice_contains_byte(host, '@');
}

enum err email_normalise(struct arena *arena, struct slice text, struct slice *ret)
{
        struct slice email = trim(text);
        uint8_t *lower = arena_alloc(arena, email.size);

        if (!email_is_valid(email))
                return ERR_FIELD_MALFORMED;
        for (size_t i = 0; i < email.size; i++) {
                bool is_upper = email.data[i] >= 'A' && email.data[i] <= 'Z';

                lower[i] = (uint8_t)(email.data[i] + (is_upper ? 'a' - 'A' : 0));
        }
        *ret = slice_new(lower, email.size);
        return ERR_OK;
}

static bool password_is_valid(struct secret password)
{
        size_t size = secret_reveal(password).size;

        return size >= LIMIT_PASSWORD_LEAST && size <= LIMIT_PASSWORD;
}

enum err account_create(const struct ports *ports, struct arena *arena, const struct caller *caller,
                        const struct registration *form, struct account *ret)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct account account = {
                .id = uuid_ordered(&ports->entropy, now),
                .full_name = trim(form->full_name),
                .created_at = now,
        };
        struct audit_entry audit;
        struct project project;

        TRY(email_normalise(arena, form->email, &account.email));
        if (!password_is_valid(form->password))
                return ERR_PASSWORD_LENGTH;
        TRY(ports->password.hash(ports->password.context, form->password, arena,
                                 &account.password));
        TRY(project_make_self_issued(ports, arena, &account.id, SLICE("My storage"), &project));
        audit = audit_entry_of(caller, "register", now, &account.id, NULL, NULL);
        TRY(ports->store->verbs->account_insert(ports->store, arena, &account, &project, &audit));
        *ret = account;
        return ERR_OK;
}

enum err account_register(const struct ports *ports, struct arena *arena,
                          const struct caller *caller, const struct registration *form,
                          struct account *ret)
{
        if (!ports->policy->open_registration)
                return ERR_REGISTRATION_CLOSED;
        return account_create(ports, arena, caller, form, ret);
}

/* Looks the account up and checks the password, at the same cost whether it is there or not. */
static enum err credentials_check(const struct ports *ports, struct arena *arena,
                                  struct slice email, struct secret password, struct account *ret)
{
        struct account account = {0};
        struct slice normal = SLICE("");
        enum err found = ERR_NO_ROW;

        if (email_normalise(arena, email, &normal) == ERR_OK)
                found = ports->store->verbs->account_find(ports->store, arena, normal, &account);
        if (found != ERR_OK && found != ERR_NO_ROW)
                return found;
        TRY(ports->password.verify(ports->password.context, password, account.password));
        *ret = account;
        return ERR_OK;
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
                .user_agent = slice_to(caller->user_agent, LIMIT_USER_AGENT),
        };
        struct audit_entry audit = audit_entry_of(caller, "login", now, NULL, NULL, NULL);
        enum err error = credentials_check(ports, arena, email, password, &session.account);

        if (error == ERR_INVALID_CREDENTIALS &&
            limit_lets_audit(ports, caller, audit.action, email))
                audit_note(ports, arena, audit, error);
        TRY(error);
        audit.account_id = session.account.id;
        TRY(ports->store->verbs->session_insert(ports->store, arena, &session, &audit));
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
        if (session.last_seen_at.ms < instant_add_seconds(now, -SEEN_STEP).ms)
                TRY(ports->store->verbs->session_seen(ports->store, arena, &digest, now));
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
