/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store that the core needs. Each is one atomic transaction with a bounded
 * number of statements, and can be repeated without harm. A refusal is an outcome and is committed;
 * only a fault rolls back. No outcome is reported before the commit. Besides the outcomes listed,
 * every operation may return ERR_STORE_UNAVAILABLE (nothing has happened) or, if it writes,
 * ERR_COMMIT_UNKNOWN (it may have been committed).
 *
 * Results are copied into the call's arena. If they do not fit, or the arena has failed before, the
 * outcome is ERR_OUT_OF_MEMORY and nothing has happened.
 */
#pragma once

#include "core/authorize/device_model.h"
#include "core/authorize/pushed_model.h"
#include "core/clients/client_model.h"
#include "core/grants/delivery_model.h"
#include "core/model.h"
#include "core/op.h"
#include "core/store_history.h"
#include "core/store_operator.h"
#include "core/store_people.h"
#include "core/token/claim.h"
#include "core/upkeep/audit_entry.h"
#include "core/upkeep/upkeep_model.h"

/* What follows an operation that no thread waits for. `run` is called once with the operation's
 * outcome, after the commit, on the thread that committed it, possibly before the operation
 * returns. Others wait for that thread: `run` must not wait for the store, or for long. */
struct completion {
        void (*run)(void *context, enum err outcome);
        void *context;
};

struct account_list LIST_OF(struct account);
struct session_list LIST_OF(struct session);
struct service_token_list LIST_OF(struct service_token);
struct client_list LIST_OF(struct client);
struct project_list LIST_OF(struct project);

struct new_account {
        const struct identity *identity; /* with the account */
        const struct project *project;   /* its first; NULL: none */
        const struct digest *invitation; /* that it uses up; NULL: none */
        bool is_address_proven; /* so that it gets the roles of an invitation of this address */
};

struct identity_key {
        struct slice email; /* lower case */
        enum login_method method;
};

struct new_session {
        const struct session *session;
        const struct identity *identity; /* as it was when it was checked */
        const struct digest *browser;    /* with which; NULL: a program */
};

/* How a session is found. */
struct session_key {
        struct digest token;
        int64_t idle; /* seconds: a session not seen for longer has expired */
};

struct session_page {
        struct list_page page;
        int64_t idle; /* as above */
};

/* What a satellite reported about an imported project. */
struct proof {
        struct uuid project_id;
        struct slice public_id;  /* absent: unknown */
        struct instant prove_at; /* zero: it is proven; otherwise when to try again */
        enum err outcome;        /* why it is not */
};

/* Unproven projects to try: at most `limit`, which are due again at that time unless they are
 * proven before. */
struct proof_round {
        int64_t limit;
        struct instant again_at;
};

/* Lists are returned in pages. `ret_next`, or NULL, is where one ended; zeros: it was the last. */

/* --- accounts and sessions --- */

/* An invitation that its address has is gone then. Return: ERR_OK; ERR_EMAIL_TAKEN;
 * ERR_INVITATION_INVALID: it is not this address's, or not valid any more. */
enum err store_account_insert(struct op *op, const struct new_account *account,
                              const struct audit_entry *audit);
/* Of an account that is not deleted; it may be disabled. Return: ERR_OK; ERR_NO_ROW. */
enum err store_identity_find(struct op *op, const struct identity_key *key, struct identity *ret);
/* By e-mail, lower case. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_find(struct op *op, const struct slice *email, struct account *ret);
/* By its id; it may be disabled. Return: ERR_OK; ERR_NO_ROW: it is deleted, or nobody's. */
enum err store_account_by_id(struct op *op, const struct uuid *id, struct account *ret);
/* Those that are not deleted, ordered by id, after `after`; 1,000 at most. */
enum err store_account_list(struct op *op, const struct uuid *after, struct account_list *ret);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_rename(struct op *op, const struct slice *full_name,
                              const struct audit_entry *audit);
/* Ends its sessions; everything under it is dead from then on, and its rows stay. Return: ERR_OK,
 * also if it was disabled already; ERR_NO_ROW. */
enum err store_account_disable(struct op *op, const struct uuid *id,
                               const struct audit_entry *audit);
/* Logs in again. Whatever was issued before must have been ended one by one, or it would live
 * again: see account_enable_by_operator(). Return: ERR_OK; ERR_NO_ROW: it is not disabled. */
enum err store_account_enable(struct op *op, const struct uuid *id,
                              const struct audit_entry *audit);
/* Marks the row as deleted, ends its sessions and clears personal data: its e-mail address is free
 * again. Everything under it is dead from then on. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_delete(struct op *op, const struct uuid *id,
                              const struct audit_entry *audit);
/* Only if the identity still has the version that was checked.
 * Return: ERR_OK; ERR_NO_ROW: it was changed, or its account is gone or disabled. */
enum err store_session_insert(struct op *op, const struct new_session *session,
                              const struct audit_entry *audit);
/* The account's sessions that session_find() would find, newest first; without the account. */
enum err store_session_list(struct op *op, const struct session_page *page,
                            struct session_list *ret);
/* A session of an account that is neither deleted nor disabled, not expired and seen within `idle`
 * seconds.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_session_find(struct op *op, const struct session_key *key, struct session *ret);
/* Now. */
enum err store_session_seen(struct op *op, const struct digest *token);
/* Return: ERR_OK, also if it did not exist. */
enum err store_session_delete(struct op *op, const struct digest *token,
                              const struct audit_entry *audit);
/* Ends one of the account's sessions by its id, or all for NULL. Return: ERR_OK; ERR_NO_ROW: there
 * is none with this id. */
enum err store_session_end(struct op *op, const struct uuid *id, const struct audit_entry *audit);

/* --- service tokens --- */

enum err store_token_insert(struct op *op, const struct service_token *token,
                            const struct audit_entry *audit);
/* All of them, oldest first. */
enum err store_token_list(struct op *op, struct service_token_list *ret);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_token_find(struct op *op, const struct digest *token, struct service_token *ret);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_token_delete(struct op *op, const struct uuid *id, const struct audit_entry *audit);

/* --- clients, with the secrets that are valid now --- */

/* With its first secret. Return: ERR_OK; ERR_TOO_MANY; ERR_CONFLICT (client_id is taken). */
enum err store_client_insert(struct op *op, const struct client *client,
                             const struct audit_entry *audit);
/* The same for one that registered itself: it is removed at `look_at`, or a day later and so on,
 * unless there is a request for it that was approved. One with a metadata document gets the row
 * again that it had. Return: ERR_OK; ERR_CLIENTS_FULL; ERR_CONFLICT. */
enum err store_client_register(struct op *op, const struct registered_client *registered,
                               const struct audit_entry *audit);
/* What its metadata document says now, unless the row is from a later one. Return: ERR_OK;
 * ERR_NO_ROW. */
enum err store_client_renew(struct op *op, const struct client_document *document,
                            const struct audit_entry *audit);
/* Those that registered themselves and are not deleted, oldest first. */
enum err store_client_registered(struct op *op, const struct list_page *page,
                                 struct client_list *ret);
/* The account's that are not deleted, oldest first; their status may be any. */
enum err store_client_list(struct op *op, struct client_list *ret);
/* By the row's id, if it is the account's. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_get(struct op *op, const struct uuid *id, struct client *ret);
/* One that is not deleted, whatever its status, of an account that is neither deleted nor disabled;
 * by its public client_id. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_find(struct op *op, const struct uuid *client_id, struct client *ret);
/* The same by its row's id, of any owner. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_by_row(struct op *op, const struct uuid *id, struct client *ret);
/* One of the account's. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_update(struct op *op, const struct client_change *change,
                             const struct audit_entry *audit);
/* One of the account's, except that the owner cannot approve it; any by an operator.
 * Return: ERR_OK; ERR_NO_ROW; ERR_CLIENT_WAITING; ERR_CLIENT_BLOCKED; ERR_CLIENT_CHANGED. */
enum err store_client_set_status(struct op *op, const struct client_status_change *change,
                                 const struct audit_entry *audit);
/* Marks one of the account's as deleted. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_delete(struct op *op, const struct uuid *id, const struct audit_entry *audit);
/* Adds a secret to one of the account's; of three the oldest is dropped. Return: ERR_OK;
 * ERR_NO_ROW. */
enum err store_client_secret_add(struct op *op, const struct new_client_secret *secret,
                                 const struct audit_entry *audit);

/* --- projects --- */

/* Return: ERR_OK; ERR_TOO_MANY. */
enum err store_project_insert(struct op *op, const struct project *project,
                              const struct audit_entry *audit);
/* The account's that are not deleted, oldest first. */
enum err store_project_list(struct op *op, struct project_list *ret);
/* One that is not deleted, of an account that is neither deleted nor disabled. Return: ERR_OK;
 * ERR_NO_ROW. */
enum err store_project_get(struct op *op, const struct uuid *id, struct project *ret);
/* The one whose API key has this head, deleted or not; if there are several, a self-issued one.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_project_by_head(struct op *op, const struct slice *head, struct project *ret);
/* Marks the row as deleted. Return: ERR_OK; ERR_NO_ROW: not the account's. */
enum err store_project_delete(struct op *op, const struct uuid *id,
                              const struct audit_entry *audit);
/* Imported ones that are unproven and due. */
enum err store_project_unproven(struct op *op, const struct proof_round *round,
                                struct project_list *ret);
/* Records what the satellite reported, also in the audit trail. Return: ERR_OK, also if the project
 * is gone. */
enum err store_project_prove(struct op *op, const struct proof *proof,
                             const struct audit_entry *audit);

/* --- requests and codes --- */

/* Return: ERR_OK; ERR_TOO_MANY: the client has LIMIT_PUSHED_REQUESTS that have not expired. */
enum err store_pushed_insert(struct op *op, const struct pushed_request *request);
/* One of this client, neither expired nor open in another browser; from then on it belongs to this
 * one. Return: ERR_OK; ERR_NO_ROW. */
enum err store_pushed_open(struct op *op, const struct pushed_opening *opening,
                           struct pushed_request *ret);
/* Return: ERR_OK; ERR_TOO_MANY: the client has LIMIT_DEVICE_REQUESTS that have not expired;
 * ERR_CONFLICT: its user code is taken. */
enum err store_device_insert(struct op *op, const struct device_request *request);
/* By the digest of its device_code, decided or expired or not. Return: ERR_OK; ERR_NO_ROW. */
enum err store_device_find(struct op *op, const struct digest *digest, struct device_request *ret);
/* By the digest of its user code, neither decided nor expired. Return: ERR_OK; ERR_NO_ROW. */
enum err store_device_by_user_code(struct op *op, const struct digest *user_code,
                                   struct device_request *ret);
/* Notes that the device asked. Return: ERR_OK; ERR_TOO_MANY: sooner than it may, and it must wait 5
 * seconds longer from now on, DEVICE_INTERVAL_MOST at most. */
enum err store_device_poll(struct op *op, const struct digest *digest);
/* Returns `no`. Beyond 20 pending ones of this account and client the oldest is dropped. */
enum err store_request_insert(struct op *op, const struct request *request,
                              const struct audit_entry *audit, int64_t *ret_no);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_request_get(struct op *op, const struct uuid *id, struct request *ret);
/* Changes a pending, unexpired request to rejected or approved, as in `request->status`, with the
 * data of the consent; and decides the device's with it, unless that was decided or has expired.
 * If more authorizations are live then than `authorization.most`, the oldest end with their grants.
 * Return: ERR_OK; ERR_REQUEST_NOT_PENDING; ERR_REQUEST_EXPIRED. */
enum err store_request_decide(struct op *op, const struct request *request,
                              const struct audit_entry *audit);
/* The live authorization of the account for a client that ends when there is another one; `most`
 * is at least 1.
 * Return: ERR_OK; ERR_NO_ROW: none would. */
enum err store_authorization_replaced(struct op *op, const struct authorizations *all,
                                      struct replaced *ret);
/* The row of a code by its number, without a lock. Return: ERR_OK; ERR_NO_ROW. */
enum err store_code_find(struct op *op, const int64_t *no, struct request *ret);
/* All of what store_client_find(), store_code_find() and store_project_get() find, at one instant
 * and without a lock. Return: ERR_OK, also if there is nothing. */
enum err store_exchange_rows(struct op *op, const struct exchange_key *key,
                             struct exchange_rows *ret);
/* Records a JWT as used, within LIMIT_PROOFS. Return: ERR_OK; ERR_JWT_REUSED; ERR_QUOTA_PROOFS, and
 * in how many seconds. */
enum err store_jwt_use(struct op *op, const struct jwt_use *use, int64_t *ret_wait);
/* Records the JWT as used and claims the code for this attempt. Returns the grant's row, `minting`,
 * or `live` if the claim includes its tail. Repeating it with the same attempt changes nothing. The
 * audit row gets the grant and its account; refusals have one too, but not beyond the client's
 * quota of them. Return: ERR_OK; ERR_JWT_REUSED (and nothing has happened); the refusals of
 * docs/protocol/http.md 5.4, in its order: ERR_CLIENT_DISABLED, ERR_CODE_*,
 * ERR_REDIRECT_URI_DIFFERS, ERR_VERIFIER_*, ERR_PASSPHRASE_REQUIRED. */
enum err store_code_claim(struct op *op, const struct claim *claim, const struct audit_entry *audit,
                          struct grant *ret);
/* The same without waiting. The op and all that it is passed must stay valid until `completion`. */
void store_code_claim_then(struct op *op, const struct claim *claim,
                           const struct audit_entry *audit, struct grant *ret,
                           struct completion completion);

/* --- refresh tokens --- */

/* The family of an authorization, by its number. Return: ERR_OK; ERR_NO_ROW. */
enum err store_refresh_find(struct op *op, const int64_t *no, struct refresh_state *ret);
/* Records the JWT as used and exchanges the token: it is replaced by its successor, and the grant
 * is inserted; or, within the grace, the grant is found that it was exchanged for already. The
 * reuse of any older token of the family ends the authorization, and revokes its grants. Repeating
 * it with the same attempt changes nothing. Return: ERR_OK; ERR_JWT_REUSED (and nothing has
 * happened); ERR_CLIENT_DISABLED; ERR_REFRESH_UNKNOWN; ERR_REFRESH_ENDED; ERR_REFRESH_REUSED;
 * ERR_QUOTA_REFRESH, with `ret->wait`; ERR_CONFLICT: it is in another state than the claim says,
 * and nothing but the JWT is used up: look again, and repeat the attempt. */
enum err store_refresh(struct op *op, const struct refresh *refresh,
                       const struct audit_entry *audit, struct refreshed *ret);
/* Ends the authorization of a token of the client's, if there is any, and revokes its grants. */
enum err store_refresh_end(struct op *op, const struct refresh_end *end,
                           const struct audit_entry *audit);

/* --- grants --- */

/* Records the tail and makes the grant live, for this attempt. Return: ERR_OK; ERR_CODE_FAILED: it
 * was revoked in the meantime, or died with its client, project or account, or it is too late. */
enum err store_grant_issued(struct op *op, const struct issued_grant *issued);
/* An owner's grant, live with its tail, of a project of the account that is not deleted.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_owner_grant_insert(struct op *op, const struct grant *grant,
                                  const struct audit_entry *audit);
/* The account's, newest first. */
enum err store_grant_list(struct op *op, const struct list_page *page, struct grant_list *ret);
/* The stored scopes of a client's live grants for the account, and of what it can renew, newest
 * first, LIMIT_LIST and LIMIT_LIST_BYTES at most. */
enum err store_grant_scopes(struct op *op, const struct uuid *client_row, struct scope_list *ret);
/* The grants with these ids, of any account, in the order of the ids; an unknown id gives a zeroed
 * grant. Only id, status, end, tail and `is_dead` are filled. */
enum err store_grants_find(struct op *op, const struct grant_ids *ids, struct grant *ret);
/* Of any account. Return: ERR_OK; ERR_NO_ROW. */
enum err store_grant_by_id(struct op *op, const struct uuid *id, struct grant *ret);
/* Who is behind an application's grant. Return: ERR_OK; ERR_NO_ROW: an owner's, or unknown. */
enum err store_grant_person(struct op *op, const struct uuid *id, struct grant_person *ret);
/* Revokes one grant, unless it has ended already, and returns its final state. An audit
 * entry that names a client says that the client does it; otherwise its user does, and no other
 * grant can be had with a refresh token in its place. Return: ERR_OK; ERR_NO_ROW: it is not the
 * account's. */
enum err store_grant_revoke(struct op *op, const struct uuid *id, const struct audit_entry *audit,
                            struct grant *ret);
/* Revokes all access of a client to the account: live and minting grants are revoked, pending
 * requests and unused codes withdrawn; all at once, in a time that does not depend on their number.
 * Returns the grants that it revoked, oldest first, LIMIT_LIST and LIMIT_LIST_BYTES at most. */
enum err store_access_revoke(struct op *op, const struct uuid *client_row,
                             const struct audit_entry *audit, struct grant_list *ret);

/* --- the feed of revocations --- */

/* What follows the cursor, oldest first, without expired grants. If `next` equals the cursor,
 * nothing follows. */
enum err store_revocation_list(struct op *op, const struct revocation_page *page,
                               struct revocation_list *ret);

/* --- revocations to be delivered to satellites --- */

/* Enters deliveries for some of the grants that died with a client, project or account. Return:
 * ERR_OK, and whether there may be more to enter. */
enum err store_delivery_spread(struct op *op, bool *ret_more);
/* Those that are due, ordered by time. */
enum err store_delivery_list_due(struct op *op, const struct delivery_page *page,
                                 struct delivery_due_list *ret);
/* Leases one that is due; it is due again when the lease ends, unless it is settled before, so that
 * nodes share the work and a crashed node leaves nothing undone. Return: ERR_OK; ERR_NO_ROW: it is
 * no longer due; faults. */
enum err store_delivery_take(struct op *op, const struct delivery_lease *lease,
                             struct delivery_task *ret);
/* Postpones those of them that are still due. */
enum err store_delivery_put_off(struct op *op, const struct delivery_delay_list *delays);
/* Records the result, also in the audit trail. A delivered one stays delivered. */
enum err store_delivery_settle(struct op *op, const struct delivery_result *result,
                               const struct audit_entry *audit);
enum err store_delivery_waiting(struct op *op, struct delivery_waiting *ret);

/* --- upkeep --- */

/* Spends from quotas; `audit` may be NULL. Return: ERR_OK; the refusal of the first quota that is
 * used up, with the seconds until it is not; then nothing is spent, and there is no audit row. */
enum err store_quota_spend(struct op *op, const struct quota_bill *bill,
                           const struct audit_entry *audit, int64_t *ret_wait);
enum err store_audit_write(struct op *op, const struct audit_entry *entry);
/* The same without waiting. The arena and what the entry points to must stay valid until
 * `completion`. */
void store_audit_write_then(struct op *op, const struct audit_entry *entry,
                            struct completion completion);
/* Removes one batch of expired data: what the limits name, keys stored with expired codes, expired
 * sessions, quotas that are full again, and the keys of deleted projects whose last grant has
 * expired (noticed within a day). A grant that never expires stays, since its revocation is listed
 * for ever; rows that others refer to stay until those are gone. Returns the number of rows; below
 * LIMIT_CLEANUP nothing is left. */
enum err store_cleanup(struct op *op, const struct cleanup_limits *limits, int64_t *ret_n);
/* Counts one batch of events by day, for store_log_days(). Return: ERR_OK; and whether there may be
 * more. */
enum err store_events_count(struct op *op, bool *ret_has_more);
/* How many rows the next rounds of cleanup would process. */
enum err store_cleanup_waiting(struct op *op, const struct cleanup_limits *limits, int64_t *ret_n);
/* The size of a table by its number, from 0 on. It takes a second for every few million rows;
 * writers do not wait for it. Return: ERR_OK; ERR_NO_ROW: there are no more tables. */
enum err store_table_size(struct op *op, const size_t *table, struct table_size *ret);
/* Takes no longer than reading one row. */
enum err store_space(struct op *op, struct store_space *ret);
/* Takes no longer than reading one row. */
enum err store_state(struct op *op, struct store_state *ret);
/* A value by name. Return: ERR_OK; ERR_NO_ROW. */
enum err store_meta_get(struct op *op, const char *name, struct slice *ret);
/* Sets it if it is not set; returns the value that is then set. */
enum err store_meta_put(struct op *op, const struct named_value *value, struct slice *ret);
/* Replaces the value `was`, if it is still set. Return: ERR_OK; ERR_NO_ROW. */
enum err store_meta_replace(struct op *op, const struct named_change *change);
/* The sealed values of a purpose with another key than `key_id`, ordered by row id, LIMIT_CLEANUP
 * at most. */
enum err store_sealed_list(struct op *op, const struct sealed_page *page, struct sealed_list *ret);
/* Replaces them by the values under the new key, if they have not changed. */
enum err store_sealed_replace(struct op *op, const struct rekeyed_values *values);
/* Before store_recover(): adds the lines of a file to the revocation log that are not in it.
 * Return: ERR_OK; ERR_NOT_FOUND: the log of this database is a file itself; ERR_CONFLICT: a line
 * has the number of another one, nothing was added. */
enum err store_log_merge(struct op *op, const struct slice *text, struct log_merged *ret);
/* After an older copy of the database was restored: ends all requests, codes and sessions, and
 * repeats what is in the revocation log but not in the copy. Problems in the log do not prevent the
 * rest. */
enum err store_recover(struct op *op, const struct audit_entry *audit, struct recovered *ret);
/* Checks the whole database and the revocation log. Return: ERR_OK, and a line for each problem. */
enum err store_integrity(struct op *op, struct texts *ret);
/* A read that shows that the store responds, and what time it is by the database's clock. */
enum err store_ping(struct op *op, struct instant *ret);
