/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering, and what a person changes of the own account.
 */
#include "core/people/account.h"

#include "base/macros.h"
#include "base/name.h"
#include "core/ids.h"
#include "core/people/credentials.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/rate_limit.h"

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

        if (!lower)
                return ERR_OUT_OF_MEMORY;
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

/* An account of what has been checked already, but for the e-mail address being free. */
static enum err account_make(struct op *op, const struct registration *form, struct account *ret)
{
        struct password_user user = limit_password_user(op);
        struct account account = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .email = form->email,
                .full_name = trim(form->full_name),
                .created_at = op->now,
        };
        struct audit_entry audit;
        struct project project;

        user.is_registration = true;
        TRY(op->ports->password.hash(op->ports->password.context, &user, form->password, op->arena,
                                     &account.password));
        TRY(project_make_self_issued(op, &account.id, SLICE("My storage"), &project));
        audit = audit_entry_of(op, "register", &account.id, NULL, NULL);
        TRY(store_account_insert(op, &(struct new_account){&account, &project}, &audit));
        *ret = account;
        return ERR_OK;
}

/* With the e-mail address in its one form. */
static enum err registration_check(struct arena *arena, const struct registration *form,
                                   struct registration *ret)
{
        struct registration checked = *form;

        TRY(email_normalise(arena, form->email, &checked.email));
        if (!name_is_clear(trim(form->full_name)))
                return ERR_NAME_UNCLEAR;
        if (!password_is_valid(form->password))
                return ERR_PASSWORD_LENGTH;
        *ret = checked;
        return ERR_OK;
}

enum err account_create(struct op *op, const struct registration *form, struct account *ret)
{
        struct registration checked;

        TRY(registration_check(op->arena, form, &checked));
        return account_make(op, &checked, ret);
}

enum err account_register(struct op *op, const struct registration *form, struct account *ret)
{
        struct registration checked;
        struct digest attempt;
        enum err error;

        if (!op->ports->policy->open_registration)
                return ERR_REGISTRATION_CLOSED;
        TRY(registration_check(op->arena, form, &checked));
        TRY(limit_registration_begin(op, &attempt));
        error = account_make(op, &checked, ret);
        limit_registration_end(op, &attempt, error);
        return error;
}

enum err account_change_name(struct op *op, struct slice full_name, struct slice *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "account_rename", &op->account_id, NULL, NULL);
        struct slice name = trim(full_name);
        enum err error;

        if (!name_is_clear(name))
                return ERR_NAME_UNCLEAR;
        TRY(quota_spend_change(op));
        error = store_account_rename(op, &name, &audit);
        if (error == ERR_NO_ROW)
                return ERR_UNAUTHENTICATED;
        TRY(error);
        *ret = name;
        return ERR_OK;
}

enum err account_set_password_of(struct op *op, const struct password_change *change)
{
        struct audit_entry audit = audit_entry_of(op, "password_set", &op->account_id, NULL, NULL);
        struct new_password password = {.spared = change->spared};
        struct password_user user = limit_password_user(op);

        if (!password_is_valid(change->password))
                return ERR_PASSWORD_LENGTH;
        TRY(op->ports->password.hash(op->ports->password.context, &user, change->password,
                                     op->arena, &password.password));
        return store_account_set_password(op, &password, &audit);
}

enum err account_change_password(struct op *op, const struct session *session,
                                 const struct password_pair *pair)
{
        struct password_change change = {.password = pair->fresh, .spared = session->id};
        struct account account;
        enum err error;

        if (!password_is_valid(pair->fresh))
                return ERR_PASSWORD_LENGTH;
        TRY(credentials_check(op,
                              &(struct credentials){.action = "password_set",
                                                    .email = session->account.email,
                                                    .password = pair->old},
                              &account));
        TRY(quota_spend_login(op, &account.id));
        error = account_set_password_of(op, &change);
        return error == ERR_NO_ROW ? ERR_UNAUTHENTICATED : error;
}

enum err account_remove(struct op *op, const struct session *session, struct secret password)
{
        struct audit_entry audit =
                audit_entry_of(op, "account_delete", &session->account.id, NULL, NULL);
        struct account account;
        enum err error;

        TRY(credentials_check(op,
                              &(struct credentials){.action = audit.action,
                                                    .email = session->account.email,
                                                    .password = password},
                              &account));
        error = store_account_delete(op, &account.id, &audit);
        return error == ERR_NO_ROW ? ERR_UNAUTHENTICATED : error;
}

enum err account_end_by_operator(struct op *op, const struct uuid *id, enum account_end end)
{
        bool is_delete = end == ACCOUNT_DELETE;
        struct audit_entry audit = audit_entry_of(
                op, is_delete ? "account_delete" : "account_disable", id, NULL, NULL);
        enum err error = (is_delete ? store_account_delete : store_account_disable)(op, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
