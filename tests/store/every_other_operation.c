/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on ways to log in, on forgotten passwords, on invitations, on mail, on pushed
 * requests, on devices, after a restore, and on the audit trail, for every_operation.c.
 */
#include "every_operation.h"

enum err do_identity_insert(struct given *given)
{
        struct identity identity = {
                .id = id_of(91), .account = account_of(given->world, 1), .method = LOGIN_PROXY};

        return CALL(identity_insert, &identity, &audit);
}

enum err do_account_disable(struct given *given)
{
        return STORE_AS(given->world, NULL, after(9), account_disable, ID(1), &audit);
}

enum err do_identities_forget(struct given *given)
{
        return CALL(identities_forget, ID(4), &audit);
}

enum err do_identity_of_subject(struct given *given)
{
        struct slice subject = SLICE("https://login.example ada");
        struct identity identity;
        enum err error = CALL(identity_of_subject, &subject, &identity);

        return error == ERR_NO_ROW ? ERR_OK : error;
}

enum err do_quota_spend_audited(struct given *given)
{
        struct quota quota = {QUOTA_NARROWINGS, SLICE("a pair"), 10, ERR_QUOTA_NARROWINGS};
        struct quota_bill bill = {&quota, 1};
        int64_t wait;

        return CALL(quota_spend, &bill, &audit, &wait);
}

enum err do_reset_insert(struct given *given)
{
        struct password_reset reset = {id_of(1), digest_of(95), after(60)};

        return CALL(reset_insert, &reset, &audit);
}

enum err do_reset_use(struct given *given)
{
        struct digest link = digest_of(94);
        struct new_password password = {.password = SLICE("$argon2id$new"), .reset = &link};

        return STORE_AS(given->world, ID(1), NOW, account_set_password, &password, &audit);
}

enum err do_session_delete(struct given *given)
{
        struct digest token = digest_of(40);

        return CALL(session_delete, &token, &audit);
}

enum err do_mail_insert(struct given *given)
{
        struct mail mail = {.id = id_of(97),
                            .kind = MAIL_RESET,
                            .recipient = SLICE("user1@example.com"),
                            .made_at = NOW};

        return CALL(mail_insert, &mail);
}

enum err do_mail_take(struct given *given)
{
        struct instant until = after(199);
        struct mail mail;

        return CALL_AT(after(99), mail_take, &until, &mail);
}

enum err do_mail_put_off(struct given *given)
{
        return CALL(mail_put_off, &(struct mail_delay){id_of(96), after(299)});
}

enum err do_mail_waiting(struct given *given)
{
        struct mail_waiting waiting;

        return CALL(mail_waiting, &waiting);
}

enum err do_mail_delete(struct given *given)
{
        return CALL(mail_delete, ID(96));
}

enum err do_reset_find(struct given *given)
{
        struct digest token = digest_of(94);
        struct account account;

        return CALL(reset_find, &token, &account);
}

enum err do_pushed_insert(struct given *given)
{
        struct pushed_request request = {.digest = digest_of(90),
                                         .client_row = id_of(20),
                                         .parameters = SLICE("scope=read"),
                                         .expires_at = after(60)};

        return CALL(pushed_insert, &request);
}

enum err do_pushed_open(struct given *given)
{
        struct pushed_opening opening = {.digest = digest_of(80),
                                         .client_row = id_of(20),
                                         .browser = id_of(81),
                                         .expires_at = after(600)};
        struct pushed_request request;

        return CALL(pushed_open, &opening, &request);
}

static struct device_request device_of(int64_t number)
{
        return (struct device_request){.digest = digest_of(number),
                                       .user_code = digest_of(number + 1),
                                       .client_row = id_of(20),
                                       .public_key = SLICE("a public key"),
                                       .scope = SLICE("read"),
                                       .expires_at = after(900)};
}

enum err do_device_insert(struct given *given)
{
        struct device_request device = device_of(92);

        return CALL(device_insert, &device);
}

enum err do_device_poll(struct given *given)
{
        struct digest digest = digest_of(82);

        return CALL(device_poll, &digest);
}

/* Returns ERR_OK where it was refused, as it has to be. */
enum err do_device_poll_soon(struct given *given)
{
        struct digest digest = digest_of(84);
        enum err error = CALL(device_poll, &digest);

        return error == ERR_TOO_MANY ? ERR_OK : error;
}

enum err do_log_merge(struct given *given)
{
        struct log_merged merged;

        return CALL(log_merge, &SLICE(""), &merged);
}

enum err do_recover(struct given *given)
{
        struct recovered recovered;

        return CALL(recover, &audit, &recovered);
}

/* Of the four there are, the oldest three end. */
enum err do_request_decide_replacing(struct given *given)
{
        struct request approved = approval_of(&given->request, 31);

        approved.authorization.most = 1;
        return CALL(request_decide, &approved, &audit);
}

enum err do_audit_list(struct given *given)
{
        const struct audit_page page = {.before = after(9999), .page = {.limit = 9}};
        struct audit_list list;

        return CALL(audit_list, &page, &list);
}

enum err do_account_by_id(struct given *given)
{
        struct account account;

        return CALL(account_by_id, ID(1), &account);
}

enum err do_account_delete(struct given *given)
{
        return STORE_AS(given->world, NULL, after(9), account_delete, ID(1), &audit);
}

enum err do_account_enable(struct given *given)
{
        return STORE_AS(given->world, NULL, after(99), account_enable, ID(3), &audit);
}

enum err do_account_client_next(struct given *given)
{
        struct uuid client_row;

        return STORE_AS(given->world, ID(1), NOW, account_client_next, ID(0), &client_row);
}

enum err do_client_requests(struct given *given)
{
        const struct client_request_page page = {.client_row = id_of(20)};
        struct client_request_list list;

        return CALL(client_requests, &page, &list);
}

enum err do_failure_list(struct given *given)
{
        const struct exchange_failure_query query = {
                .filter = {.before = after(9999), .client_id = id_of(1020)}, .page = {.limit = 9}};
        struct exchange_failure_list failures;

        return STORE_AS(given->world, ID(1), NOW, failure_list, &query, &failures);
}

enum err do_failure_reasons(struct given *given)
{
        struct log_filter filter = {.before = after(9999)};
        struct failure_reason_list reasons;

        return STORE_AS(given->world, ID(1), NOW, failure_reasons, &filter, &reasons);
}

enum err do_events_count(struct given *given)
{
        bool has_more;

        return CALL_AT(after(9999), events_count, &has_more);
}

enum err do_activity_list(struct given *given)
{
        const struct list_page page = {.limit = 9};
        struct activity_list activities;

        return STORE_AS(given->world, ID(1), NOW, activity_list, &page, &activities);
}

/* --- invitations --- */

enum err do_account_insert_invited(struct given *given)
{
        struct account account = account_of(given->world, 2);
        struct digest token = digest_of(45);

        account.email = SLICE("guest45@example.com");
        return account_add_invited(given->world, &account, &token);
}

enum err do_invitation_put(struct given *given)
{
        struct invitation invitation = invitation_of(given->world, 46);

        return CALL(invitation_put, &invitation, &audit);
}

enum err do_invitation_delete(struct given *given)
{
        return CALL(invitation_delete, &SLICE("guest45@example.com"), &audit);
}

enum err do_invitation_find(struct given *given)
{
        struct digest token = digest_of(45);
        struct invitation invitation;

        return CALL(invitation_find, &token, &invitation);
}

enum err do_invitation_list(struct given *given)
{
        struct list_page page = {.limit = LIMIT_LIST};
        struct invitation_list list;

        return CALL(invitation_list, &page, &list);
}

/* --- people --- */

enum err do_session_prove(struct given *given)
{
        struct session session = session_of(40);

        session.authentication = (struct authentication){after(9), MEANS_FACTOR};
        return CALL(session_prove, &session, &audit);
}

enum err do_account_set_roles(struct given *given)
{
        struct account_roles roles = {id_of(1), ACCOUNT_DEVELOPER};

        return CALL(account_set_roles, &roles, &audit);
}

/* --- deliveries --- */

enum err do_delivery_settle(struct given *given)
{
        struct delivery_result result = {.grant_id = id_of(61), .state = DELIVERY_DONE};

        return CALL_AT(after(6), delivery_settle, &result, &audit);
}
