/* SPDX-License-Identifier: Apache-2.0
 *
 * Invitations (docs/protocol/http.md 2.5) where registration is closed.
 */
#include "core.h"

#include "core/people/invitation.h"

#define GUEST SLICE("guest@example.com")

static struct secret invite(struct core *core, struct slice email)
{
        struct invitation_form form = {email, INVITATION_LIFETIME, ACCOUNT_DEVELOPER};
        struct invitation invitation;
        struct secret token;

        core->policy.open_registration = false;
        CHECK_OK(invitation_make(core_op(core), &form, &invitation, &token));
        return token;
}

static enum err accept(struct core *core, struct secret token, struct slice email,
                       struct secret password)
{
        struct registration form = {email, password, SLICE("A Guest"), token};
        struct account account;

        return account_register(core_op(core), &form, &account);
}

TEST(who_is_invited_registers_where_registration_is_closed)
{
        CORE(core);
        struct secret token = invite(&core, SLICE(" Guest@Example.com"));

        CHECK_ERR(accept(&core, (struct secret){0}, GUEST, PASSWORD), ERR_REGISTRATION_CLOSED);
        CHECK_OK(accept(&core, token, SLICE("GUEST@example.com"), PASSWORD));
        CHECK_INT(core_n_rows(&core, "account WHERE email = 'guest@example.com'"), 1);
        CHECK_INT(core_n_rows(&core, "audit WHERE action = 'register' AND outcome = 'ok' AND "
                                     "subject_id = (SELECT subject_id FROM audit WHERE action = "
                                     "'invite')"),
                  1);
        CHECK_ERR(accept(&core, token, GUEST, PASSWORD), ERR_INVITATION_INVALID);
}

TEST(a_refused_password_does_not_use_an_invitation_up)
{
        CORE(core);
        struct secret token = invite(&core, GUEST);

        CHECK_ERR(accept(&core, token, GUEST, (struct secret){SLICE("9 letters")}),
                  ERR_PASSWORD_LENGTH);
        CHECK_ERR(accept(&core, token, GUEST, (struct secret){SLICE("guest@example.com")}),
                  ERR_PASSWORD_PERSONAL);
        CHECK_OK(accept(&core, token, GUEST, PASSWORD));
}

TEST(a_wrong_invitation_says_the_same_of_every_address_and_costs_no_hash)
{
        CORE(core);
        struct secret wrong = {SLICE("0123456789012345678901234567890123456789012")};
        struct secret token = invite(&core, GUEST);
        int n_hashed = core.n_hashed;

        CHECK_ERR(accept(&core, wrong, SLICE("user@example.com"), PASSWORD),
                  ERR_INVITATION_INVALID);
        CHECK_ERR(accept(&core, wrong, SLICE("nobody@example.com"), PASSWORD),
                  ERR_INVITATION_INVALID);
        CHECK_INT(core.n_hashed, n_hashed);
        CHECK_ERR(accept(&core, token, SLICE("user@example.com"), PASSWORD),
                  ERR_INVITATION_INVALID);
        CHECK_ERR(accept(&core, token, SLICE("nobody@example.com"), PASSWORD),
                  ERR_INVITATION_INVALID);
        core.now.ms += INVITATION_LIFETIME * 1000;
        CHECK_ERR(accept(&core, token, GUEST, PASSWORD), ERR_INVITATION_INVALID);
}

TEST(an_invitation_is_withdrawn_by_its_address)
{
        CORE(core);
        struct secret token = invite(&core, GUEST);

        CHECK_ERR(invitation_withdraw(core_op(&core), SLICE("other@example.com")), ERR_NOT_FOUND);
        CHECK_ERR(invitation_withdraw(core_op(&core), SLICE("no address")), ERR_NOT_FOUND);
        CHECK_OK(invitation_withdraw(core_op(&core), SLICE("Guest@example.com ")));
        CHECK_ERR(accept(&core, token, GUEST, PASSWORD), ERR_INVITATION_INVALID);
}

TEST(who_has_an_account_is_not_invited)
{
        CORE(core);
        struct invitation_form form = {SLICE("user@example.com"), INVITATION_LIFETIME, 0};
        struct invitation invitation;
        struct secret token;

        CHECK_ERR(invitation_make(core_op(&core), &form, &invitation, &token), ERR_EMAIL_TAKEN);
        form.email = SLICE("no address");
        CHECK_ERR(invitation_make(core_op(&core), &form, &invitation, &token), ERR_FIELD_MALFORMED);
}

TEST(a_link_has_its_token_in_the_fragment)
{
        CORE(core);
        struct secret link;

        core.policy.issuer = SLICE("https://grants.example.com");
        link = invitation_link(core_op(&core), (struct secret){SLICE("token")});
        CHECK_TEXT(secret_reveal(link), "https://grants.example.com/register#invite=token");
}

TEST(an_account_gets_the_roles_of_its_invitation_and_of_nothing_else)
{
        CORE(core);
        struct secret token = invite(&core, GUEST);
        struct registration form = {
                .email = GUEST, .password = PASSWORD, .full_name = SLICE("B"), .invitation = token};
        struct account account;

        core.policy.invited_developers = true;
        CHECK_OK(account_register(core_op(&core), &form, &account));
        CHECK_INT(account.roles, ACCOUNT_DEVELOPER);
        CHECK_OK(account_check_developer(core_op(&core), &account));
        core.policy.open_registration = true;
        form = (struct registration){.email = SLICE("b@example.com"),
                                     .password = PASSWORD,
                                     .full_name = SLICE("B"),
                                     .roles = ACCOUNT_DEVELOPER};
        CHECK_OK(account_register(core_op(&core), &form, &account));
        CHECK_INT(account.roles, 0);
        CHECK_ERR(account_check_developer(core_op(&core), &account), ERR_NOT_DEVELOPER);
        core.policy.invited_developers = false;
        CHECK_OK(account_check_developer(core_op(&core), &account));
}
