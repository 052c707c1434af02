/* SPDX-License-Identifier: Apache-2.0
 *
 * Every writing operation of the store, with data to work on.
 */
#include "every_operation.h"

#include "awaited.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

static enum err account_insert(struct given *given, int64_t number)
{
        struct account account = account_of(given->world, number);
        struct project project = project_of(11, number);

        return account_add(given->world, &account, &project);
}

static enum err do_account_insert(struct given *given)
{
        return account_insert(given, 2);
}

static enum err do_account_insert_again(struct given *given)
{
        return account_insert(given, 1);
}

static enum err do_session_insert(struct given *given)
{
        struct session session = session_of(41);

        return session_add(given->world, &session);
}

static enum err do_session_seen(struct given *given)
{
        struct digest token = digest_of(40);

        return STORE_AS(given->world, NULL, after(9), session_seen, &token);
}

static enum err do_account_set_password(struct given *given)
{
        return password_set(given->world, 1, SLICE("$argon2id$new"));
}

static enum err do_session_end(struct given *given)
{
        return STORE_AS(given->world, ID(1), NOW, session_end, ID(40), &audit);
}

static enum err do_sessions_end(struct given *given)
{
        return STORE_AS(given->world, ID(1), NOW, session_end, NULL, &audit);
}

static enum err do_client_update(struct given *given)
{
        struct client_change change = {.id = id_of(20), .name = SLICE("Another Name")};

        return STORE_AS(given->world, ID(1), NOW, client_update, &change, &audit);
}

static enum err do_client_set_status(struct given *given)
{
        return STORE_AS(given->world, ID(1), NOW, client_set_status,
                        &(struct client_status_change){.id = id_of(20), .status = CLIENT_DISABLED},
                        &audit);
}

static enum err do_client_insert(struct given *given)
{
        struct client client = client_of(given->world, 21, 1);

        return CALL(client_insert, &client, &audit);
}

static enum err do_client_insert_again(struct given *given)
{
        struct client client = client_of(given->world, 22, 1);

        client.client_id = id_of(1020);
        return CALL(client_insert, &client, &audit);
}

static enum err do_client_register(struct given *given)
{
        struct client client = client_of(given->world, 23, 1);

        client.account_id = *account_of_nobody();
        return CALL(client_register,
                    &(struct registered_client){&client, .limit = 1, .look_at = after(60)}, &audit);
}

static enum err do_client_admit(struct given *given)
{
        struct client client = client_of(given->world, 23, 1);

        client.account_id = *account_of_nobody();
        client.document = SLICE("https://app.example.com/client.json");
        return CALL(client_register,
                    &(struct registered_client){&client, .limit = 1, .look_at = after(60)}, &audit);
}

static enum err do_client_renew(struct given *given)
{
        struct client client = client_of(given->world, 23, 1);

        client.account_id = *account_of_nobody();
        client.document = SLICE("https://app.example.com/client.json");
        TRY(CALL(client_register,
                 &(struct registered_client){&client, .limit = 1, .look_at = after(60)}, &audit));
        client.document_until = after(60);
        return CALL(client_renew, &(struct client_document){&client, true}, &audit);
}

static enum err do_client_delete(struct given *given)
{
        return STORE_AS(given->world, ID(1), after(9), client_delete, ID(20), &audit);
}

static enum err do_client_secret_add(struct given *given)
{
        struct client_secret_row secret = {
                .id = id_of(2021), .sealed = SLICE("another"), .created_at = after(9)};

        return STORE_AS(given->world, ID(1), NOW, client_secret_add,
                        &(struct new_client_secret){id_of(20), secret, after(99)}, &audit);
}

static enum err do_project_insert(struct given *given)
{
        struct project project = project_of(11, 1);

        return CALL(project_insert, &project, &audit);
}

static enum err do_request_insert(struct given *given)
{
        struct request request = request_of(34);

        return CALL(request_insert, &request, &audit, &request.no);
}

static enum err do_request_decide(struct given *given)
{
        struct request approved = approval_of(&given->request, 31);

        return CALL(request_decide, &approved, &audit);
}

static enum err do_grant_revoke(struct given *given)
{
        struct uuid grant_id = given->grant;
        struct grant grant;

        return STORE_AS(given->world, ID(1), NOW, grant_revoke, &grant_id, &audit, &grant);
}

static enum err do_owner_grant_insert(struct given *given)
{
        struct grant grant = {.id = id_of(60),
                              .account_id = id_of(1),
                              .project_id = id_of(10),
                              .scope = SLICE("read"),
                              .created_at = NOW,
                              .sealed_tail = tail};

        return CALL(owner_grant_insert, &grant, &audit);
}

static enum err do_project_delete(struct given *given)
{
        return STORE_AS(given->world, ID(1), after(9), project_delete, ID(10), &audit);
}

static enum err do_token_insert(struct given *given)
{
        struct service_token token = {
                .id = id_of(51), .name = SLICE("a"), .token = digest_of(51), .created_at = NOW};

        return CALL(token_insert, &token, &audit);
}

static enum err do_jwt_use(struct given *given)
{
        struct jwt_use use = {id_of(1), id_of(20), given->claim.jwt_exp, digest_of(3)};
        int64_t wait;

        return CALL(jwt_use, &use, &wait);
}

static enum err do_token_delete(struct given *given)
{
        return CALL(token_delete, ID(50), &audit);
}

static enum err do_access_revoke(struct given *given)
{
        struct grant_list grants;

        return STORE_AS(given->world, ID(1), after(4), access_revoke, ID(20), &audit, &grants);
}

static enum err do_audit_write(struct given *given)
{
        return CALL(audit_write, &audit);
}

static enum err do_audit_write_then(struct given *given)
{
        struct op *op = OP_ON(given->world->store, &given->world->arena);
        struct awaited awaited = awaited_new();

        store_audit_write_then(op, &audit, awaited_completion(&awaited));
        return awaited_end(&awaited);
}

static enum err do_quota_spend(struct given *given)
{
        struct quota quota = {QUOTA_SHARE, SLICE("a"), 10, ERR_QUOTA_SHARE};
        struct quota_bill bill = {&quota, 1};
        int64_t wait;

        return CALL_AT(after(9), quota_spend, &bill, NULL, &wait);
}

static enum err do_cleanup(struct given *given)
{
        struct cleanup_limits limits = limits_at(after(9999));
        int64_t n;

        return CALL_AT(after(9999), cleanup, &limits, &n);
}

static enum err do_meta_put(struct given *given)
{
        struct slice value;

        return CALL(meta_put, &(struct named_value){"another", SLICE("value")}, &value);
}

static enum err do_meta_replace(struct given *given)
{
        const struct named_change change = {"name", SLICE("value"), SLICE("new value")};

        return CALL(meta_replace, &change);
}

static enum err do_sealed_replace(struct given *given)
{
        struct sealed_value value = {
                .row = id_of(2020), .sealed = SLICE("sealed"), .rekeyed = SLICE("sealed anew")};

        return CALL(sealed_replace, &(struct rekeyed_values){SEAL_CLIENT_SECRET, &value, 1});
}

static enum err do_project_unproven(struct given *given)
{
        struct project_list projects;

        return STORE_AS(given->world, NULL, after(99), project_unproven,
                        &(struct proof_round){9, after(199)}, &projects);
}

static enum err do_project_prove(struct given *given)
{
        struct proof proof = {.project_id = id_of(12), .public_id = SLICE("0123456789abcdef")};

        return CALL(project_prove, &proof, &audit);
}

static enum err do_delivery_spread(struct given *given)
{
        bool has_more;

        return CALL_AT(after(5), delivery_spread, &has_more);
}

static enum err do_delivery_take(struct given *given)
{
        const struct delivery_lease lease = {id_of(61), after(199)};
        struct delivery_task task;

        return CALL_AT(after(99), delivery_take, &lease, &task);
}

static enum err do_delivery_put_off(struct given *given)
{
        const struct delivery_delay delay = {id_of(61), after(299)};

        return CALL_AT(after(199), delivery_put_off, &(struct delivery_delay_list){&delay, 1});
}

const struct store_operation writing_operations[] = {
        {"log_merge", do_log_merge, 30},
        {"recover", do_recover, 30}, /* before the others have written to the log it replays */
        {"account_insert", do_account_insert, 30},
        {"account_insert, taken", do_account_insert_again, 30},
        {"identity_insert", do_identity_insert, 30},
        {"identities_forget", do_identities_forget, 30},
        {"account_insert, invited", do_account_insert_invited, 30},
        {"invitation_put", do_invitation_put, 30},
        {"invitation_delete", do_invitation_delete, 30},
        {"account_rename", do_account_rename, 30},
        {"account_prefer", do_account_prefer, 30},
        {"account_set_roles", do_account_set_roles, 30},
        {"account_set_password", do_account_set_password, 30},
        {"account_set_password, by a link", do_reset_use, 30},
        {"mail_insert", do_mail_insert, 30},
        {"mail_take", do_mail_take, 30},
        {"mail_put_off", do_mail_put_off, 30},
        {"mail_delete", do_mail_delete, 30},
        {"reset_insert", do_reset_insert, 30},
        {"email_change_put", do_email_change_put, 30},
        {"email_change_link", do_email_change_link, 30},
        {"email_undo_link", do_email_undo_link, 30},
        {"email_set", do_email_set, 30},
        {"email_restore", do_email_restore, 30},
        {"account_disable", do_account_disable, 30},
        {"account_enable", do_account_enable, 30},
        {"account_delete", do_account_delete, 30},
        {"totp_begin", do_totp_begin, 30},
        {"totp_confirm", do_totp_confirm, 30},
        {"totp_use", do_totp_use, 30},
        {"recovery_code_use", do_recovery_code_use, 30},
        {"recovery_codes_renew", do_recovery_codes_renew, 30},
        {"totp_delete", do_totp_delete, 30},
        {"totp_set_at_consent", do_totp_set_at_consent, 30},
        {"passkey_insert", do_passkey_insert, 30},
        {"passkey_use", do_passkey_use, 30},
        {"passkey_rename", do_passkey_rename, 30},
        {"passkey_delete", do_passkey_delete, 30},
        {"factors_delete", do_factors_delete, 30},
        {"session_insert", do_session_insert, 30},
        {"session_end", do_session_end, 30},
        {"session_prove", do_session_prove, 30},
        {"session_end, all", do_sessions_end, 30},
        {"client_update", do_client_update, 30},
        {"client_set_status", do_client_set_status, 30},
        {"session_seen", do_session_seen, 30},
        {"session_delete", do_session_delete, 30},
        {"client_insert", do_client_insert, 30},
        {"client_insert, taken", do_client_insert_again, 30},
        {"client_register", do_client_register, 30},
        {"client_register, again", do_client_admit, 30},
        {"client_renew", do_client_renew, 30},
        {"client_delete", do_client_delete, 30},
        {"client_secret_add", do_client_secret_add, 30},
        {"project_insert", do_project_insert, 30},
        {"project_unproven", do_project_unproven, 30},
        {"project_prove", do_project_prove, 30},
        {"delivery_spread", do_delivery_spread, 30},
        {"delivery_take", do_delivery_take, 30},
        {"delivery_put_off", do_delivery_put_off, 30},
        {"delivery_settle", do_delivery_settle, 30},
        {"pushed_insert", do_pushed_insert, 30},
        {"pushed_open", do_pushed_open, 30},
        {"device_insert", do_device_insert, 30},
        {"device_poll", do_device_poll, 30},
        {"device_poll, too soon", do_device_poll_soon, 30},
        {"request_insert", do_request_insert, 30},
        {"request_decide", do_request_decide, 31},
        {"request_decide, replacing", do_request_decide_replacing, 31},
        {"request_decide, decided", do_request_decide, 30},
        {"request_decide, of a device", do_request_decide, 35},
        {"code_claim", do_code_claim, 30},
        {"code_claim, at once", do_code_claim_at_once, 30},
        {"code_claim_then", do_code_claim_then, 30},
        {"code_claim, refused", do_code_claim_elsewhere, 30},
        {"code_claim, replayed", do_code_claim_replay, 33},
        {"refresh", do_refresh, 33},
        {"refresh, reused", do_refresh_reused, 33},
        {"refresh, late", do_refresh_late, 33},
        {"refresh_end", do_refresh_end, 33},
        {"grant_issued", do_grant_issued, 30},
        {"grant_revoke", do_grant_revoke, 33},
        {"access_revoke", do_access_revoke, 30},
        {"owner_grant_insert", do_owner_grant_insert, 30},
        {"project_delete", do_project_delete, 30},
        {"jwt_use", do_jwt_use, 30},
        {"token_insert", do_token_insert, 30},
        {"token_delete", do_token_delete, 30},
        {"audit_write", do_audit_write, 30},
        {"audit_write_then", do_audit_write_then, 30},
        {"quota_spend", do_quota_spend, 30},
        {"quota_spend, audited", do_quota_spend_audited, 30},
        {"cleanup", do_cleanup, 30},
        {"events_count", do_events_count, 30},
        {"meta_put", do_meta_put, 30},
        {"meta_replace", do_meta_replace, 30},
        {"sealed_replace", do_sealed_replace, 30},
        {0},
};
