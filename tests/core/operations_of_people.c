/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core does for accounts, sessions, services and applications.
 */
#include "core/operations.h"

#include "core/clients/client.h"
#include "core/clients/client_find.h"
#include "core/clients/registration.h"
#include "core/people/account.h"
#include "core/people/invitation.h"
#include "core/people/mail.h"
#include "core/people/openid/provider_account.h"
#include "core/people/proxy_account.h"
#include "core/people/reset.h"
#include "core/upkeep/cleanup.h"
#include "core/upkeep/database.h"
#include "core/upkeep/rekey.h"

#define OTHER_PASSWORD ((struct secret){SLICE("another long password")})

/* --- accounts --- */

static enum err do_register(struct full_core *full)
{
        struct registration form = {
                .email = SLICE("b@example.com"), .password = PASSWORD, .full_name = SLICE("B")};
        struct account account;

        return DO(account_register, &form, &account);
}

static enum err do_register_again(struct full_core *full)
{
        struct registration form = {
                .email = SLICE("user@example.com"), .password = PASSWORD, .full_name = SLICE("B")};
        struct account account;

        return DO(account_register, &form, &account);
}

static enum err do_change_name(struct full_core *full)
{
        struct slice name;

        return DO(account_change_name, SLICE("Another Name"), &name);
}

static enum err do_set_password(struct full_core *full)
{
        return DO(account_set_password_of, ACCOUNT, OTHER_PASSWORD);
}

static enum err do_change_password(struct full_core *full)
{
        struct password_pair pair = {.old = {PASSWORD}, .fresh = OTHER_PASSWORD};

        return DO(account_change_password, &full->session, &pair);
}

static enum err do_reset_link(struct full_core *full)
{
        struct secret link;

        return ASK(reset_link_make, ACCOUNT, &link);
}

static enum err do_reset_request(struct full_core *full)
{
        return DO(reset_request, SLICE("user@example.com"));
}

static enum err do_mail_send(struct full_core *full)
{
        enum err outcome = ERR_OK;
        enum err error = ASK(mail_send_next, &outcome);

        return error == ERR_OK ? outcome : error;
}

/* By the link that full_core.c has made. */
static enum err do_reset(struct full_core *full)
{
        struct reset_form form = {.token = full->reset_token, .password = OTHER_PASSWORD};

        return DO(reset_password, &form);
}

ONE_CALL(do_remove, DO(account_remove, &full->session, &(struct confirmation){PASSWORD}))
ONE_CALL(do_remove_wrongly,
         DO(account_remove, &full->session, &(struct confirmation){OTHER_PASSWORD}))
ONE_CALL(do_disable, DO(account_end_by_operator, &ACCOUNT->id, ACCOUNT_DISABLE))

static enum err do_invite(struct full_core *full)
{
        struct invitation_form form = {SLICE("c@example.com"), INVITATION_LIFETIME, 0};
        struct invitation invitation;
        struct secret token;

        return DO(invitation_make, &form, &invitation, &token);
}

static enum err do_register_invited(struct full_core *full)
{
        struct registration form = {
                .email = SLICE("guest@example.com"), .password = PASSWORD, .full_name = SLICE("B")};
        struct account account;

        form.invitation = full->invitation;
        return DO(account_register, &form, &account);
}

static enum err do_invitation_find(struct full_core *full)
{
        struct invitation invitation;

        return ASK(invitation_find, full->invitation, &invitation);
}

ONE_CALL(do_withdraw, DO(invitation_withdraw, SLICE("guest@example.com")))

static enum err do_set_roles(struct full_core *full)
{
        struct account account = *ACCOUNT;

        return DO(account_set_roles_by_operator, &account, ACCOUNT_DEVELOPER);
}

static enum err do_enable(struct full_core *full)
{
        struct account account = *ACCOUNT;

        TRY(DO(account_end_by_operator, &account.id, ACCOUNT_DISABLE));
        account.disabled_at = (struct instant){1};
        return DO(account_enable_by_operator, &account);
}

/* --- sessions and services --- */

static enum err log_in(struct full_core *full, struct secret password)
{
        struct session session;
        struct secret token;

        return DO(session_log_in, BY_PASSWORD(SLICE("user@example.com"), password), &session,
                  &token);
}

static enum err ensure(struct full_core *full, struct slice person)
{
        struct slice email;

        full->remote.core.policy.proxy_login = true;
        full->remote.core.policy.proxy_accounts = true;
        full->remote.core.caller.person = person;
        return DO_AS(NULL, proxy_account_ensure, &email);
}

ONE_CALL(do_ensure_new, ensure(full, SLICE("b@example.com")))
ONE_CALL(do_ensure_known, ensure(full, SLICE("user@example.com")))

static enum err ensure_openid(struct full_core *full, struct slice email)
{
        static const struct openid_provider provider = {.trust_email = true, .accounts = true};
        struct openid_person person = {SLICE("https://a.example ada"), email, {0}, true};

        return DO_AS(NULL, provider_account_ensure, &provider, &person);
}

ONE_CALL(do_openid_new, ensure_openid(full, SLICE("b@example.com")))
ONE_CALL(do_openid_known, ensure_openid(full, SLICE("user@example.com")))
ONE_CALL(do_log_in, log_in(full, PASSWORD))
ONE_CALL(do_log_in_wrongly, log_in(full, OTHER_PASSWORD))

static enum err do_authenticate(struct full_core *full)
{
        struct session session;

        return ASK(session_authenticate, secret_reveal(full->token), &session);
}

ONE_CALL(do_log_out, DO(session_log_out, &full->session))
ONE_CALL(do_session_end, DO(session_end_one, &full->session.id))
ONE_CALL(do_sessions_end, DO(session_end_all))

static enum err do_token_create(struct full_core *full)
{
        struct service_token token;
        struct secret text;

        ASK(service_token_make, SLICE("another"), TOKEN_CHECK, &token, &text);
        return DO(service_token_add, &token);
}

ONE_CALL(do_token_check, ASK(service_token_check, full->service_text, TOKEN_CHECK))
ONE_CALL(do_token_revoke, DO(service_token_revoke, &full->service.id))

/* --- applications --- */

static enum err do_client_create(struct full_core *full)
{
        struct slice uri = CORE_REDIRECT;
        struct client_form form = {.name = SLICE("Another"),
                                   .redirect_uris = {.items = &uri, .n = 1}};
        struct client client;
        struct secret secret;

        return DO(client_create, &form, &client, &secret);
}

static enum err do_client_register(struct full_core *full)
{
        struct slice uri = CORE_REDIRECT;
        struct registration_form form = {.redirect_uris = {.items = &uri, .n = 1}};
        struct client_registration made;

        return DO(client_register, &form, &made);
}

/* Its document is the core's own double. */
static enum err do_client_find(struct full_core *full)
{
        struct client_ref ref;
        struct client client;

        if (!client_ref_parse(SLICE("https://app.example.com/client.json"), &ref))
                return ERR_INTERNAL;
        TRY(DO(client_find, &ref, &client));
        return DO(client_admit, &client);
}

static enum err do_client_change(struct full_core *full)
{
        struct client_update_form form = {.name = SLICE("Renamed")};
        struct client client;

        return DO(client_change, CLIENT, &form, &client);
}

ONE_CALL(do_client_switch, DO(client_switch, CLIENT, CLIENT_DISABLED))
ONE_CALL(do_client_switch_by_operator, DO(client_switch_by_operator, CLIENT, false))

static enum err do_client_rotate(struct full_core *full)
{
        struct client client;
        struct secret secret;

        return DO(client_rotate, &CLIENT->id, 60, &client, &secret);
}

ONE_CALL(do_client_remove, DO(client_remove, &CLIENT->id))

/* --- upkeep --- */

static enum err do_clean(struct full_core *full)
{
        full->remote.core.now = instant_add_seconds(full->now, 2 * 86400);
        return ASK(upkeep_clean, &(int64_t){0});
}

static enum err do_count(struct full_core *full)
{
        full->remote.core.now = instant_add_seconds(full->now, 2 * 86400);
        return ASK(upkeep_count, &(bool){0});
}

ONE_CALL(do_clean_waiting, ASK(upkeep_waiting, &(int64_t){0}))

static enum err do_rekey(struct full_core *full)
{
        struct rekey_counts counts;

        TRY(rekey_all(OP(PORTS, NULL, NULL, NULL), NULL, &counts));
        CHECK_INT(counts.n_lost, 0);
        return ERR_OK;
}

/* All opens, and nothing needs the old key. */
static bool is_rekeyed(struct full_core *full)
{
        struct seal *seal = &full->remote.core.seal;
        struct seal_key old = seal->keys[1];
        struct rekey_counts counts;
        bool is_finished;

        seal->keys[1] = seal->keys[0];
        CHECK_OK(rekey_try_all(OP(PORTS, NULL, NULL, NULL), NULL, &counts));
        CHECK_OK(ASK(rekey_is_finished, &is_finished));
        seal->keys[1] = old;
        return is_finished && counts.n > 0 && counts.n_lost == 0;
}

static enum err do_rekey_trial(struct full_core *full)
{
        struct rekey_counts counts;

        TRY(rekey_try_all(OP(PORTS, NULL, NULL, NULL), NULL, &counts));
        CHECK_INT(counts.n_lost, 0);
        return ERR_OK;
}

static enum err do_rekey_is_finished(struct full_core *full)
{
        bool is_finished;

        TRY(ASK(rekey_is_finished, &is_finished));
        CHECK(!is_finished);
        return ERR_OK;
}

/* --- the database --- */

ONE_CALL(do_take_key, ASK(database_take_key))

static enum err do_node_id(struct full_core *full)
{
        struct slice id;

        return ASK(database_node_id, &id);
}

ONE_CALL(do_check_clock, ASK(database_check_clock))
ONE_CALL(do_check_writable, ASK(database_check_writable))
ONE_CALL(do_mark_demo, ASK(database_mark_demo))

static enum err do_is_new(struct full_core *full)
{
        bool is_new;

        TRY(ASK(database_is_new, &is_new));
        CHECK(!is_new);
        return ERR_OK;
}

static enum err do_recover(struct full_core *full)
{
        struct recovered recovered;

        return ASK(database_recover, &recovered);
}

const struct operation operations_of_people[] = {
        {"account_register", do_register, WRITES, ERR_OK, NULL},
        {"account_register, taken", do_register_again, WRITES, ERR_EMAIL_TAKEN, NULL},
        {"account_register, invited", do_register_invited, WRITES, ERR_OK, NULL},
        {"account_set_roles_by_operator", do_set_roles, WRITES, ERR_OK, NULL},
        {"invitation_make", do_invite, WRITES, ERR_OK, NULL},
        {"invitation_find", do_invitation_find, READS, ERR_OK, NULL},
        {"invitation_withdraw", do_withdraw, WRITES, ERR_OK, NULL},
        {"account_change_name", do_change_name, WRITES, ERR_OK, NULL},
        {"account_set_password_of", do_set_password, WRITES, ERR_OK, NULL},
        {"account_change_password", do_change_password, WRITES, ERR_OK, NULL},
        {"reset_link_make", do_reset_link, WRITES, ERR_OK, NULL},
        {"reset_request", do_reset_request, WRITES, ERR_OK, NULL},
        {"mail_send_next", do_mail_send, STEPS, ERR_OK, NULL},
        {"reset_password", do_reset, WRITES, ERR_OK, NULL},
        {"account_remove", do_remove, WRITES, ERR_OK, NULL},
        {"account_remove, wrong password", do_remove_wrongly, SHRUGS, ERR_INVALID_CREDENTIALS,
         NULL},
        {"account_end_by_operator", do_disable, WRITES, ERR_OK, NULL},
        {"account_enable_by_operator", do_enable, STEPS, ERR_OK, NULL},
        {"proxy_account_ensure, nobody's", do_ensure_new, WRITES, ERR_OK, NULL},
        {"proxy_account_ensure, somebody's", do_ensure_known, WRITES, ERR_OK, NULL},
        {"provider_account_ensure, nobody's", do_openid_new, WRITES, ERR_OK, NULL},
        {"provider_account_ensure, somebody's", do_openid_known, WRITES, ERR_OK, NULL},
        {"session_log_in", do_log_in, WRITES, ERR_OK, NULL},
        {"session_log_in, wrong password", do_log_in_wrongly, SHRUGS, ERR_INVALID_CREDENTIALS,
         NULL},
        {"session_authenticate", do_authenticate, SHRUGS, ERR_OK, NULL},
        {"session_log_out", do_log_out, WRITES, ERR_OK, NULL},
        {"session_end_one", do_session_end, WRITES, ERR_OK, NULL},
        {"session_end_all", do_sessions_end, WRITES, ERR_OK, NULL},
        {"service_token_add", do_token_create, WRITES, ERR_OK, NULL},
        {"service_token_check", do_token_check, READS, ERR_OK, NULL},
        {"service_token_revoke", do_token_revoke, WRITES, ERR_OK, NULL},
        {"client_create", do_client_create, WRITES, ERR_OK, NULL},
        {"client_register", do_client_register, WRITES, ERR_OK, NULL},
        {"client_find", do_client_find, STEPS, ERR_OK, NULL},
        {"client_change", do_client_change, STEPS, ERR_OK, NULL},
        {"client_switch", do_client_switch, WRITES, ERR_OK, NULL},
        {"client_switch_by_operator", do_client_switch_by_operator, WRITES, ERR_OK, NULL},
        {"client_rotate", do_client_rotate, WRITES, ERR_OK, NULL},
        {"client_remove", do_client_remove, WRITES, ERR_OK, NULL},
        {"upkeep_clean", do_clean, WRITES, ERR_OK, NULL},
        {"upkeep_count", do_count, WRITES, ERR_OK, NULL},
        {"upkeep_waiting", do_clean_waiting, READS, ERR_OK, NULL},
        {"rekey_all", do_rekey, STEPS, ERR_OK, is_rekeyed},
        {"rekey_try_all", do_rekey_trial, READS, ERR_OK, NULL},
        {"rekey_is_finished", do_rekey_is_finished, READS, ERR_OK, NULL},
        {"database_take_key", do_take_key, READS, ERR_OK, NULL},
        {"database_node_id", do_node_id, WRITES, ERR_OK, NULL},
        {"database_check_clock", do_check_clock, READS, ERR_CLOCK_OFF, NULL}, /* it is the tests' */
        {"database_check_writable", do_check_writable, READS, ERR_OK, NULL},
        {"database_mark_demo", do_mark_demo, WRITES, ERR_OK, NULL},
        {"database_is_new", do_is_new, READS, ERR_OK, NULL},
        {"database_recover", do_recover, WRITES, ERR_OK, NULL},
        {0},
};
