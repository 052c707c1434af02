/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the store, with data to work on, for tests that run all of them.
 */
#pragma once

#include "fixture.h"

/* The arguments of an operation are prepared before, so that only its own calls are counted. */
struct given {
        struct world *world;
        struct request request; /* the operation's request, as stored */
        struct claim claim;     /* of that request's code, by attempt 9 */
        struct uuid grant;      /* the live one */
};

struct store_operation {
        const char *name;
        enum err (*call)(struct given *);
        int64_t request; /* the number of the request it works on */
};

extern const struct store_operation writing_operations[],
        reading_operations[]; /* up to one without a name */

/* In another file. */
enum err do_log_merge(struct given *given);
enum err do_recover(struct given *given);
enum err do_quota_spend_audited(struct given *given);
enum err do_request_decide_replacing(struct given *given);
enum err do_identity_insert(struct given *given);
enum err do_identities_forget(struct given *given);
enum err do_identity_of_subject(struct given *given);
enum err do_pushed_insert(struct given *given);
enum err do_pushed_open(struct given *given);
enum err do_session_prove(struct given *given);
enum err do_device_insert(struct given *given);
enum err do_device_poll(struct given *given);
enum err do_device_poll_soon(struct given *given);
enum err do_audit_list(struct given *given);
enum err do_failure_list(struct given *given);
enum err do_failure_reasons(struct given *given);
enum err do_activity_list(struct given *given);
enum err do_account_disable(struct given *given);
enum err do_events_count(struct given *given);
enum err do_account_delete(struct given *given);
enum err do_account_enable(struct given *given);
enum err do_account_client_next(struct given *given);
enum err do_client_requests(struct given *given);
enum err do_account_by_id(struct given *given);
enum err do_session_delete(struct given *given);
enum err do_mail_insert(struct given *given);
enum err do_mail_take(struct given *given);
enum err do_mail_put_off(struct given *given);
enum err do_mail_delete(struct given *given);
enum err do_mail_waiting(struct given *given);
enum err do_reset_insert(struct given *given);
enum err do_reset_find(struct given *given);
enum err do_delivery_settle(struct given *given);
enum err do_reset_use(struct given *given);
enum err do_account_insert_invited(struct given *given);
enum err do_account_set_roles(struct given *given);
enum err do_invitation_put(struct given *given);
enum err do_invitation_delete(struct given *given);
enum err do_invitation_find(struct given *given);
enum err do_invitation_list(struct given *given);

/* A world with data for all of them: session 40, invitation 45, token 50, link for a password 94,
 * mail 96, pushed request 80, device 82, account 3 disabled, account 4 with a second factor,
 * and passkey 97, account 5 with one that waits for its first code, with a change of its
 * address that the link 98 undoes and a wish with the link 99; request 31 pending, 30
 * approved, 32 being minted, 33 live, with a refresh token. */
struct world world_full(void);

struct given given_of(struct world *world, const struct store_operation *operation);

/* Those of every_email_operation.c, and the data that they need. */
void emails_new(struct world *world);
enum err do_email_change_put(struct given *given);
enum err do_email_change_link(struct given *given);
enum err do_email_undo_link(struct given *given);
enum err do_account_rename(struct given *given);
enum err do_account_prefer(struct given *given);
enum err do_email_set(struct given *given);
enum err do_email_restore(struct given *given);
enum err do_email_change_find(struct given *given);
enum err do_email_undo_find(struct given *given);

/* Those of every_factor_operation.c. */
enum err do_totp_find(struct given *given);
enum err do_totp_begin(struct given *given);
enum err do_totp_confirm(struct given *given);
enum err do_totp_use(struct given *given);
enum err do_recovery_code_use(struct given *given);
enum err do_recovery_codes_renew(struct given *given);
enum err do_totp_delete(struct given *given);
enum err do_totp_set_at_consent(struct given *given);

/* Those of every_operator_operation.c. */
enum err do_overview_list(struct given *given);
enum err do_overview_list_by_address(struct given *given);
enum err do_waiting_client_list(struct given *given);
enum err do_audit_newest(struct given *given);

/* Those of every_passkey_operation.c. */
enum err do_passkey_find(struct given *given);
enum err do_passkey_list(struct given *given);
enum err do_passkey_insert(struct given *given);
enum err do_passkey_use(struct given *given);
enum err do_passkey_rename(struct given *given);
enum err do_passkey_delete(struct given *given);
enum err do_factors_delete(struct given *given);

/* Those of every_exchange_operation.c. */
enum err do_code_claim(struct given *given);
enum err do_code_claim_at_once(struct given *given);
enum err do_code_claim_then(struct given *given);
enum err do_code_claim_elsewhere(struct given *given);
enum err do_code_claim_replay(struct given *given);
enum err do_refresh(struct given *given);
enum err do_refresh_reused(struct given *given);
enum err do_refresh_late(struct given *given);
enum err do_refresh_end(struct given *given);
enum err do_grant_issued(struct given *given);

/* Helpers for the files of operations. */
#define CALL(name, ...)          STORE(given->world, name __VA_OPT__(, ) __VA_ARGS__)
#define CALL_AT(time, name, ...) STORE_AS(given->world, NULL, time, name __VA_OPT__(, ) __VA_ARGS__)
#define ID(number)               id(given->world, number)
