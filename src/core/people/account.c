/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering, and people's changes to their accounts.
 */
#include "core/people/account.h"

#include "base/macros.h"
#include "base/name.h"
#include "core/ids.h"
#include "core/people/email.h"
#include "core/people/invitation.h"
#include "core/people/login/login.h"
#include "core/people/login/password.h"
#include "core/people/notice.h"
#include "core/people/session.h"
#include "core/policy.h"
#include "core/projects/project.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/rate_limit.h"

/* Creates the account after all checks except that the e-mail address is free. */
static enum err account_make(struct op *op, enum login_method method,
                             const struct registration *form, struct account *ret)
{
        struct identity identity = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account =
                        {
                                .id = uuid_ordered(&op->ports->entropy, op->now),
                                .email = form->email,
                                .full_name = blanks_trim(form->full_name),
                                .created_at = op->now,
                                .roles = form->roles,
                                .language = language_of_ranges(op->caller.languages),
                        },
                .method = method,
                .subject = form->subject,
        };
        const struct account *account = &identity.account;
        struct audit_entry audit = audit_entry_of(op, "register", &account->id, NULL, NULL);
        bool is_invited = !secret_is_absent(form->invitation);
        struct digest invitation = token_digest(secret_reveal(form->invitation));
        bool has_project = op->ports->policy->self_made_projects;
        struct project project;

        if (method == LOGIN_PASSWORD)
                TRY(password_encode(op, form->password, true, &identity.secret));
        if (has_project)
                TRY(project_make_self_issued(op, &account->id, SLICE("My storage"), &project));
        TRY(store_account_insert(op,
                                 &(struct new_account){&identity, has_project ? &project : NULL,
                                                       is_invited ? &invitation : NULL,
                                                       form->is_address_proven},
                                 &audit));
        *ret = *account;
        return ERR_OK;
}

/* Checks the registration and normalises its e-mail address and password. */
static enum err registration_check(struct op *op, const struct registration *form,
                                   struct registration *ret)
{
        struct registration checked = *form;

        TRY(email_normalise(op->arena, form->email, &checked.email));
        if (!name_is_clear(blanks_trim(form->full_name)))
                return ERR_NAME_UNCLEAR;
        TRY(password_choose(
                op, &(struct password_choice){form->password, checked.email, form->full_name},
                &checked.password));
        *ret = checked;
        return ERR_OK;
}

enum err account_create(struct op *op, const struct registration *form, struct account *ret)
{
        struct registration checked;

        TRY(registration_check(op, form, &checked));
        return account_make(op, LOGIN_PASSWORD, &checked, ret);
}

/* Whether a name that somebody else says could have been typed here. */
static bool name_is_usable(struct slice name)
{
        return blanks_trim(name).size && slice_is_utf8(name) && slice_is_plain_text(name) &&
               slice_characters(name) <= LIMIT_FULL_NAME && name_is_clear(blanks_trim(name));
}

enum err account_create_by(struct op *op, enum login_method method, const struct registration *form,
                           struct account *ret)
{
        struct registration named = *form;
        struct slice rest = form->email;

        if (!name_is_usable(form->full_name))
                (void)slice_cut(&rest, '@', &named.full_name);
        return account_make(op, method, &named, ret);
}

/* Whether somebody may register at all, before that costs anything; and with which roles. */
static enum err entry_check(struct op *op, struct secret invitation, unsigned *ret_roles)
{
        struct invitation found = {0};

        if (op->ports->policy->passwords_off)
                return ERR_PASSWORDS_OFF;
        if (!secret_is_absent(invitation))
                TRY(invitation_find(op, invitation, &found));
        if ((found.is_asked || !found.email.size) && !op->ports->policy->open_registration)
                return ERR_REGISTRATION_CLOSED;
        *ret_roles = found.roles;
        return ERR_OK;
}

enum err account_register(struct op *op, const struct registration *form, struct account *ret)
{
        struct registration checked;
        struct digest attempt;
        unsigned roles;
        enum err error;

        TRY(entry_check(op, form->invitation, &roles));
        TRY(registration_check(op, form, &checked));
        checked.roles = roles;
        TRY(limit_registration_begin(op, &attempt));
        error = account_make(op, LOGIN_PASSWORD, &checked, ret);
        limit_registration_end(op, &attempt, error);
        return error;
}

enum err account_ask(struct op *op, struct slice email)
{
        unsigned roles;
        struct mail mail;

        TRY(entry_check(op, (struct secret){0}, &roles));
        if (!op->ports->mail.send)
                return ERR_NO_MAIL;
        TRY(email_normalise(op->arena, email, &email));
        TRY(limit_mail(op));
        mail = mail_notice(op, MAIL_REGISTRATION, &(struct account){.email = email});
        return store_mail_insert(op, &mail);
}

enum err account_change_name(struct op *op, struct slice full_name, struct slice *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "account_rename", &op->account_id, NULL, NULL);
        struct slice name = blanks_trim(full_name);
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

enum err account_prefer(struct op *op, const struct session *session,
                        const struct account_preferences *wanted)
{
        struct audit_entry audit =
                audit_entry_of(op, "preferences_set", &op->account_id, NULL, NULL);
        enum err error;

        if (wanted->changes_notices && wanted->notices_off & ~session->account.notices_off)
                TRY(session_require_proof(op, &session->authentication));
        TRY(quota_spend_change(op));
        error = store_account_prefer(op, wanted, &audit);
        return error == ERR_NO_ROW ? ERR_UNAUTHENTICATED : error;
}

/* Stores a password that password_choose() returned, and ends all sessions but `spared`. */
static enum err password_replace(struct op *op, struct secret chosen, const struct uuid *spared,
                                 const struct mail *notice)
{
        struct audit_entry audit = audit_entry_of(op, "password_set", &op->account_id, NULL, NULL);
        struct new_password password = {.spared = *spared};

        audit.notice = notice;
        TRY(password_encode(op, chosen, false, &password.password));
        return store_account_set_password(op, &password, &audit);
}

enum err account_set_password_of(struct op *op, const struct account *account, struct secret fresh)
{
        struct password_choice choice = {fresh, account->email, account->full_name};
        struct mail notice = mail_notice(op, MAIL_PASSWORD, account);
        struct secret chosen;

        TRY(password_choose(op, &choice, &chosen));
        return password_replace(op, chosen, &(struct uuid){0}, &notice);
}

enum err account_change_password(struct op *op, const struct session *session,
                                 const struct password_pair *pair)
{
        struct password_choice choice = {pair->fresh, session->account.email,
                                         session->account.full_name};
        struct mail notice;
        struct identity identity;
        struct secret chosen;
        enum err error;

        TRY(password_choose(op, &choice, &chosen));
        TRY(login_confirm(op, &session->account, "password_set", &pair->old, &identity));
        TRY(quota_spend_login(op, &identity.account.id));
        notice = mail_notice(op, MAIL_PASSWORD, &session->account);
        error = password_replace(op, chosen, &session->id, &notice);
        return error == ERR_NO_ROW ? ERR_UNAUTHENTICATED : error;
}

enum err account_remove(struct op *op, const struct session *session,
                        const struct confirmation *given)
{
        struct audit_entry audit =
                audit_entry_of(op, "account_delete", &session->account.id, NULL, NULL);
        struct identity identity;
        enum err error;

        TRY(login_confirm(op, &session->account, audit.action, given, &identity));
        error = store_account_delete(op, &identity.account.id, &audit);
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

enum err account_check_developer(const struct op *op, const struct account *account)
{
        bool may = account->roles & ACCOUNT_DEVELOPER || !op->ports->policy->invited_developers;

        return may ? ERR_OK : ERR_NOT_DEVELOPER;
}

enum err account_set_roles_by_operator(struct op *op, const struct account *account, unsigned roles)
{
        struct audit_entry audit = audit_entry_of(op, "account_role", &account->id, NULL, NULL);
        enum err error;

        if (account->roles == roles)
                return ERR_OK;
        error = store_account_set_roles(op, &(struct account_roles){account->id, roles}, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
