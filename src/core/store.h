/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core needs kept, as operations. Each is one atomic transaction with a bounded number of
 * statements, and can be repeated without harm. A refusal is an outcome and is committed; only a
 * fault rolls back. Nothing is answered before the commit. Besides the outcomes listed, every
 * operation may give ERR_STORE_UNAVAILABLE (nothing has happened) or, where it writes,
 * ERR_COMMIT_UNKNOWN (the outcome of the commit is not known).
 *
 * What is read is copied into the arena given. If it does not fit, or the arena has failed before,
 * the outcome is ERR_OUT_OF_MEMORY and nothing has happened.
 */
#pragma once

#include "core/grants/delivery_model.h"
#include "core/grants/history_model.h"
#include "core/model.h"
#include "core/op.h"
#include "core/token/claim.h"
#include "core/upkeep/audit_entry.h"
#include "core/upkeep/upkeep_model.h"

/* What follows an operation that nobody waits for. `run` is called once with the operation's
 * outcome, after the commit, on whatever thread committed it, also before the operation returns.
 * Others wait for that thread: it must not wait for the store, or for long. */
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
        const struct project *project;   /* its first */
};

struct identity_key {
        struct slice email; /* lower case */
        enum login_method method;
};

struct new_session {
        const struct session *session;
        const struct identity *identity; /* as it was when it was checked */
};

struct new_password {
        struct slice password; /* encoded */
        struct uuid spared;    /* the session that goes on; zeros: none */
};

/* What a session is found by. */
struct session_key {
        struct digest token;
        int64_t idle; /* seconds: seen longer ago than this, it is over */
};

struct session_page {
        struct list_page page;
        int64_t idle; /* as above */
};

/* What a satellite answered about an imported project. */
struct proof {
        struct uuid project_id;
        struct slice public_id;  /* absent: not told */
        struct instant prove_at; /* zero: it is proven; else when to ask again */
        enum err outcome;        /* why it is not */
};

/* Unproven projects to ask about: so many, which are due again at that time unless their proof
 * comes before. */
struct proof_round {
        int64_t limit;
        struct instant again_at;
};

/* New values of a client; what is absent stays as it is. */
struct client_change {
        struct uuid id; /* the row's */
        struct slice name;
        struct slice description;
        struct texts redirect_uris;   /* none: they stay */
        struct slice scopes;          /* stored form, perhaps empty */
        struct slice optional_scopes; /* the same */
        const bool *require_pkce;
        const bool *legacy_redirect;
        const int64_t *secret_max_lifetime;
        bool asks_approval; /* it waits for an operator again */
};

struct client_status_change {
        struct uuid id; /* the row's */
        enum client_status status;
        bool by_operator; /* of any account's client, and may end waiting for approval */
};

struct new_client_secret {
        struct uuid client_row;
        struct client_secret_row secret;
        struct instant others_end; /* now: at once */
};

/* Lists are pages. `ret_next`, or NULL, is where one ended; zeros: it was the last. */

/* --- accounts and sessions --- */

/* Return: ERR_OK; ERR_EMAIL_TAKEN. */
enum err store_account_insert(struct op *op, const struct new_account *account,
                              const struct audit_entry *audit);
/* Of a living account. Return: ERR_OK; ERR_NO_ROW. */
enum err store_identity_find(struct op *op, const struct identity_key *key, struct identity *ret);
/* By e-mail, lower case. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_find(struct op *op, const struct slice *email, struct account *ret);
/* Living ones by their ids, those behind `after`; 1,000 at most. */
enum err store_account_list(struct op *op, const struct uuid *after, struct account_list *ret);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_rename(struct op *op, const struct slice *full_name,
                              const struct audit_entry *audit);
/* Ends all sessions but the one that is spared. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_set_password(struct op *op, const struct new_password *password,
                                    const struct audit_entry *audit);
/* Ends its sessions; all that is under it is dead from then on, and its rows stay.
 * Return: ERR_OK, also if it was; ERR_NO_ROW. */
enum err store_account_disable(struct op *op, const struct uuid *id,
                               const struct audit_entry *audit);
/* Marks the row, ends its sessions and clears what is personal: its e-mail address is free
 * again. All that is under it is dead from then on. Return: ERR_OK; ERR_NO_ROW. */
enum err store_account_delete(struct op *op, const struct uuid *id,
                              const struct audit_entry *audit);
/* While the identity still is of the version that was checked.
 * Return: ERR_OK; ERR_NO_ROW: it was changed, or its account is gone or disabled. */
enum err store_session_insert(struct op *op, const struct new_session *session,
                              const struct audit_entry *audit);
/* The account's, as session_find() would find them, newest first; without the account. */
enum err store_session_list(struct op *op, const struct session_page *page,
                            struct session_list *ret);
/* A session of a living account, not past its end and seen within `idle` seconds.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_session_find(struct op *op, const struct session_key *key, struct session *ret);
/* Now. */
enum err store_session_seen(struct op *op, const struct digest *token);
/* Return: ERR_OK, also if it was gone. */
enum err store_session_delete(struct op *op, const struct digest *token,
                              const struct audit_entry *audit);
/* One of the account's by its id, or all of them for NULL.
 * Return: ERR_OK; ERR_NO_ROW: there is none of this id. */
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

/* --- clients --- with the secrets that are live now --- */

/* With its first secret. Return: ERR_OK; ERR_TOO_MANY; ERR_CONFLICT (client_id is taken). */
enum err store_client_insert(struct op *op, const struct client *client,
                             const struct audit_entry *audit);
/* The account's living ones, oldest first. */
enum err store_client_list(struct op *op, struct client_list *ret);
/* By the row's id, if it is the account's. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_get(struct op *op, const struct uuid *id, struct client *ret);
/* A living one by its public client_id. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_find(struct op *op, const struct uuid *client_id, struct client *ret);
/* A living one by its row's id, whoever owns it. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_by_row(struct op *op, const struct uuid *id, struct client *ret);
/* One of the account's. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_update(struct op *op, const struct client_change *change,
                             const struct audit_entry *audit);
/* One of the account's, whose owner cannot end waiting for approval; any by an operator.
 * Return: ERR_OK; ERR_NO_ROW; ERR_CLIENT_WAITING. */
enum err store_client_set_status(struct op *op, const struct client_status_change *change,
                                 const struct audit_entry *audit);
/* Marks the row of one of the account's. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_delete(struct op *op, const struct uuid *id, const struct audit_entry *audit);
/* Adds a secret to one of the account's; of three the oldest dies. Return: ERR_OK; ERR_NO_ROW. */
enum err store_client_secret_add(struct op *op, const struct new_client_secret *secret,
                                 const struct audit_entry *audit);

/* --- projects --- */

/* Return: ERR_OK; ERR_TOO_MANY. */
enum err store_project_insert(struct op *op, const struct project *project,
                              const struct audit_entry *audit);
/* The account's living ones, oldest first. */
enum err store_project_list(struct op *op, struct project_list *ret);
/* A living one of a living account. Return: ERR_OK; ERR_NO_ROW. */
enum err store_project_get(struct op *op, const struct uuid *id, struct project *ret);
/* The one whose API key has this head, deleted or not; of several a self-issued one.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_project_by_head(struct op *op, const struct slice *head, struct project *ret);
/* Marks the row. Return: ERR_OK; ERR_NO_ROW: not the account's. */
enum err store_project_delete(struct op *op, const struct uuid *id,
                              const struct audit_entry *audit);
/* Imported ones that are not proven and due. */
enum err store_project_unproven(struct op *op, const struct proof_round *round,
                                struct project_list *ret);
/* Writes down what the satellite said, which the audit row tells too. Return: ERR_OK, also if the
 * project is gone. */
enum err store_project_prove(struct op *op, const struct proof *proof,
                             const struct audit_entry *audit);

/* --- requests and codes --- */

/* `no` comes out. Beyond 20 pending of this account and client the oldest falls out. */
enum err store_request_insert(struct op *op, const struct request *request,
                              const struct audit_entry *audit, int64_t *ret_no);
/* Return: ERR_OK; ERR_NO_ROW. */
enum err store_request_get(struct op *op, const struct uuid *id, struct request *ret);
/* Pending and unexpired to rejected or approved, by `request->status`, with what consent
 * adds. Return: ERR_OK; ERR_REQUEST_NOT_PENDING; ERR_REQUEST_EXPIRED. */
enum err store_request_decide(struct op *op, const struct request *request,
                              const struct audit_entry *audit);
/* The row of a code by its number, without a lock. Return: ERR_OK; ERR_NO_ROW. */
enum err store_code_find(struct op *op, const int64_t *no, struct request *ret);
/* Records the JWT as used and claims the code for this attempt; the grant's row comes out,
 * `minting`, or `live` if the claim brought its tail. Repeating it with the same attempt
 * changes nothing. The audit row gets the grant and its account; refusals have one too, but not
 * beyond the client's quota of them. Return: ERR_OK; ERR_JWT_REUSED (and nothing has happened);
 * the refusals of docs/protocol/http.md 5.4, in its order: ERR_CLIENT_DISABLED, ERR_CODE_*,
 * ERR_REDIRECT_URI_DIFFERS, ERR_VERIFIER_*, ERR_PASSPHRASE_REQUIRED. */
enum err store_code_claim(struct op *op, const struct claim *claim, const struct audit_entry *audit,
                          struct grant *ret);
/* The same without waiting. What the pointers lead to stays until `completion`. */
void store_code_claim_then(struct op *op, const struct claim *claim,
                           const struct audit_entry *audit, struct grant *ret,
                           struct completion completion);

/* --- grants --- */

/* Writes the tail: minting to live, for this attempt.
 * Return: ERR_OK; ERR_CODE_FAILED: revoked meanwhile, dead with its client, project or
 * account, or too late. */
enum err store_grant_issued(struct op *op, const struct issued_grant *issued);
/* The owner's own, live with its tail, of a living project of the account.
 * Return: ERR_OK; ERR_NO_ROW. */
enum err store_owner_grant_insert(struct op *op, const struct grant *grant,
                                  const struct audit_entry *audit);
/* The account's, newest first. */
enum err store_grant_list(struct op *op, const struct list_page *page, struct grant_list *ret);
/* The stored scopes of the live grants that a client has of the account, the newest first,
 * LIMIT_LIST and LIMIT_LIST_BYTES at most. */
enum err store_grant_scopes(struct op *op, const struct uuid *client_row, struct scope_list *ret);
/* The grants of these ids, whosever they are, in the order of the ids; an id that is none
 * gives a zeroed grant. Only id, status, end, tail and `is_dead` are filled. */
enum err store_grants_find(struct op *op, const struct grant_ids *ids, struct grant *ret);
/* Revokes one grant, if it has not ended in another way; as it stands then it comes out.
 * Return: ERR_OK; ERR_NO_ROW: it is not the account's. */
enum err store_grant_revoke(struct op *op, const struct uuid *id, const struct audit_entry *audit,
                            struct grant *ret);
/* Revokes all access of a client to the account: live and minting grants are revoked, pending
 * requests and unspent codes withdrawn; all of it at once, and in a time that does not depend
 * on how many there are. The grants revoked by this call come out, the oldest first,
 * LIMIT_LIST and LIMIT_LIST_BYTES at most. */
enum err store_access_revoke(struct op *op, const struct uuid *client_row,
                             const struct audit_entry *audit, struct grant_list *ret);

/* --- history --- */

/* The applications, deleted ones left out, that the account has ever given a grant; who
 * exchanged last comes first. */
enum err store_connection_list(struct op *op, const struct list_page *page,
                               struct connection_list *ret);
/* The account's requests for one client, newest first. */
enum err store_history_list(struct op *op, const struct history_query *query,
                            struct history_list *ret);
/* What the account's applications asked for: the requests that fit, newest first. */
enum err store_log_list(struct op *op, const struct log_query *query, struct history_list *ret);
/* How many of the requests that fit there are of each state. */
enum err store_log_states(struct op *op, const struct log_filter *filter, struct state_counts *ret);
/* What happened on each day on which something did, oldest first, the last LIMIT_LIST days at
 * most. */
enum err store_log_days(struct op *op, const struct log_filter *filter, struct log_day_list *ret);

/* --- the feed of revocations --- */

/* What follows the cursor, oldest first, without grants past their own end. Nothing follows if
 * `next` is the cursor given. */
enum err store_revocation_list(struct op *op, const struct revocation_page *page,
                               struct revocation_list *ret);

/* --- revocations to be delivered to satellites --- */

/* Enters some of the grants that died with a client, project or account. Return: ERR_OK,
 * and whether there may be more to enter. */
enum err store_delivery_spread(struct op *op, bool *ret_more);
/* Those that are due, in the order of their time. */
enum err store_delivery_list_due(struct op *op, const struct delivery_page *page,
                                 struct delivery_due_list *ret);
/* Takes one that is due; it is due again when the lease ends unless it is settled before, so that
 * nodes share the work and one that dies leaves nothing behind. Return: ERR_OK; ERR_NO_ROW:
 * it is not due any more; faults. */
enum err store_delivery_take(struct op *op, const struct delivery_lease *lease,
                             struct delivery_task *ret);
/* Puts off those of them that are still due. */
enum err store_delivery_put_off(struct op *op, const struct delivery_delay_list *delays);
/* Records the result, with it in the audit row. What was delivered once stays so. */
enum err store_delivery_settle(struct op *op, const struct delivery_result *result,
                               const struct audit_entry *audit);
enum err store_delivery_waiting(struct op *op, struct delivery_waiting *ret);

/* --- upkeep --- */

/* Spends from quotas. Return: ERR_OK; the refusal of the first that is used up, and in how
 * many seconds it is not; nothing is spent then. */
enum err store_quota_spend(struct op *op, const struct quota_bill *bill, int64_t *ret_wait);
enum err store_audit_write(struct op *op, const struct audit_entry *entry);
/* The same without waiting. What the entry points to and the arena stay until `completion`. */
void store_audit_write_then(struct op *op, const struct audit_entry *entry,
                            struct completion completion);
/* One batch of what has expired: what the limits name, keys kept with codes past their
 * end, sessions past theirs, quotas that are whole again, and the keys of deleted projects
 * when the last grant has ended (noticed within a day). A grant without an end stays, as its
 * revocation is listed for ever; what others refer to stays until they have gone.
 * The number of rows comes out; below LIMIT_CLEANUP all is clean. */
enum err store_cleanup(struct op *op, const struct cleanup_limits *limits, int64_t *ret_n);
/* How many rows the next rounds of that would look at. */
enum err store_cleanup_waiting(struct op *op, const struct cleanup_limits *limits, int64_t *ret_n);
/* The size of a table by its number, from 0 on, which takes a second for each some million
 * rows; writers do not wait for it. Return: ERR_OK; ERR_NO_ROW: there are no more. */
enum err store_table_size(struct op *op, const size_t *table, struct table_size *ret);
/* Costs no more than one row. */
enum err store_space(struct op *op, struct store_space *ret);
/* A value by name. Return: ERR_OK; ERR_NO_ROW. */
enum err store_meta_get(struct op *op, const char *name, struct slice *ret);
/* Sets it if it is not there; the value that is there then comes out. */
enum err store_meta_put(struct op *op, const struct named_value *value, struct slice *ret);
/* Replaces the value `was`, if it is still there. Return: ERR_OK; ERR_NO_ROW. */
enum err store_meta_replace(struct op *op, const struct named_change *change);
/* The sealed values of a purpose whose key is another than `key_id`, in the order of their rows'
 * ids, LIMIT_CLEANUP at most. */
enum err store_sealed_list(struct op *op, const struct sealed_page *page, struct sealed_list *ret);
/* Puts them under their new key, where the old ones are still there. */
enum err store_sealed_replace(struct op *op, const struct rekeyed_values *values);
/* After an older copy of the database was restored: ends all requests, codes and sessions,
 * and does again what is in the revocation log and the copy does not know. Whatever is
 * wrong with the log, the rest is done. */
enum err store_recover(struct op *op, const struct audit_entry *audit, struct recovered *ret);
/* Looks through the whole database and the revocation log. Return: ERR_OK, and one line
 * for each thing that is wrong. */
enum err store_integrity(struct op *op, struct texts *ret);
/* A read that shows that the store answers. */
enum err store_ping(struct op *op);
