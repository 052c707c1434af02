/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs of the SQL store, by the names and contracts of oauth/store_port.h. Only open.c needs
 * them, for the table.
 */
#pragma once

#include "oauth/store_port.h"

enum err account_insert(struct store *, struct arena *, const struct account *,
                        const struct project *, const struct audit_entry *);
enum err account_find(struct store *, struct arena *, struct slice email, struct account *ret);
enum err account_list(struct store *, struct arena *, const struct uuid *after,
                      struct account **ret, size_t *ret_n);
enum err account_rename(struct store *, struct arena *, const struct uuid *id,
                        struct slice full_name, const struct audit_entry *);
enum err account_set_password(struct store *, struct arena *, const struct account *,
                              const struct uuid *spared, const struct audit_entry *);
enum err account_disable(struct store *, struct arena *, const struct uuid *id, struct instant now,
                         const struct audit_entry *);
enum err account_delete(struct store *, struct arena *, const struct uuid *id, struct instant now,
                        const struct audit_entry *);
enum err session_insert(struct store *, struct arena *, const struct session *,
                        const struct audit_entry *);
enum err session_find(struct store *, struct arena *, const struct digest *token,
                      struct instant now, int64_t idle, struct session *ret);
enum err session_seen(struct store *, struct arena *, const struct digest *token,
                      struct instant now);
enum err session_delete(struct store *, struct arena *, const struct digest *token,
                        const struct audit_entry *);
enum err session_list(struct store *, struct arena *, const struct uuid *account_id,
                      struct instant now, int64_t idle, const struct list_page *,
                      struct session **ret, size_t *ret_n, struct list_cursor *ret_next);
enum err session_end(struct store *, struct arena *, const struct uuid *account_id,
                     const struct uuid *id, const struct audit_entry *);
enum err sessions_end(struct store *, struct arena *, const struct uuid *account_id,
                      const struct audit_entry *);
enum err token_insert(struct store *, struct arena *, const struct service_token *,
                      const struct audit_entry *);
enum err token_list(struct store *, struct arena *, struct service_token **ret, size_t *ret_n);
enum err token_find(struct store *, struct arena *, const struct digest *token,
                    struct service_token *ret);
enum err token_delete(struct store *, struct arena *, const struct uuid *id,
                      const struct audit_entry *);
enum err client_insert(struct store *, struct arena *, const struct client *,
                       const struct audit_entry *);
enum err client_list(struct store *, struct arena *, const struct uuid *account_id,
                     struct instant now, struct client **ret, size_t *ret_n);
enum err client_get(struct store *, struct arena *, const struct uuid *account_id,
                    const struct uuid *id, struct instant now, struct client *ret);
enum err client_find(struct store *, struct arena *, const struct uuid *client_id,
                     struct instant now, struct client *ret);
enum err client_by_row(struct store *, struct arena *, const struct uuid *id, struct instant now,
                       struct client *ret);
enum err client_update(struct store *, struct arena *, const struct uuid *account_id,
                       const struct uuid *id, const struct client_change *,
                       const struct audit_entry *);
enum err client_set_status(struct store *, struct arena *, const struct uuid *account_id,
                           const struct uuid *id, enum client_status, const struct audit_entry *);
enum err client_delete(struct store *, struct arena *, const struct uuid *account_id,
                       const struct uuid *id, struct instant now, const struct audit_entry *);
enum err client_secret_add(struct store *, struct arena *, const struct uuid *account_id,
                           const struct uuid *id, const struct client_secret_row *,
                           struct instant others_end, const struct audit_entry *);
enum err project_insert(struct store *, struct arena *, const struct project *,
                        const struct audit_entry *);
enum err project_list(struct store *, struct arena *, const struct uuid *account_id,
                      struct project **ret, size_t *ret_n);
enum err project_get(struct store *, struct arena *, const struct uuid *id, struct project *ret);
enum err project_delete(struct store *, struct arena *, const struct uuid *account_id,
                        const struct uuid *id, struct instant now, const struct audit_entry *);
enum err project_unproven(struct store *, struct arena *, struct instant now,
                          struct instant again_at, int64_t limit, struct project **ret,
                          size_t *ret_n);
enum err project_prove(struct store *, struct arena *, const struct proof *,
                       const struct audit_entry *);
enum err delivery_spread(struct store *, struct arena *, struct instant now, bool *ret_more);
enum err delivery_list_due(struct store *, struct arena *, struct instant now,
                           const struct delivery_place *after, int64_t limit,
                           struct delivery_due **ret, size_t *ret_n);
enum err delivery_take(struct store *, struct arena *, const struct uuid *grant_id,
                       struct instant now, struct instant again_at, struct delivery_task *ret);
enum err delivery_put_off(struct store *, struct arena *, struct instant now,
                          const struct delivery_later *, size_t n);
enum err delivery_settle(struct store *, struct arena *, const struct delivery_result *,
                         struct instant now, const struct audit_entry *);
enum err delivery_waiting(struct store *, struct arena *, struct instant now,
                          struct delivery_waiting *ret);
enum err request_insert(struct store *, struct arena *, const struct request *,
                        const struct audit_entry *, int64_t *ret_no);
enum err request_get(struct store *, struct arena *, const struct uuid *id, struct request *ret);
enum err request_decide(struct store *, struct arena *, const struct request *,
                        const struct audit_entry *);
enum err code_find(struct store *, struct arena *, int64_t no, struct request *ret);
enum err code_claim(struct store *, struct arena *, const struct claim *, struct grant *ret);
void code_claim_then(struct store *, struct arena *, const struct claim *, struct grant *ret,
                     struct then then);
enum err grant_issued(struct store *, struct arena *, const struct uuid *grant_id,
                      const struct uuid *attempt, const struct grant_key *key, struct instant now);
enum err owner_grant_insert(struct store *, struct arena *, const struct grant *,
                            const struct audit_entry *);
enum err grant_list(struct store *, struct arena *, const struct uuid *account_id,
                    const struct list_page *, struct grant **ret, size_t *ret_n,
                    struct list_cursor *ret_next);
enum err grant_scopes(struct store *, struct arena *, const struct uuid *account_id,
                      const struct uuid *client_row, struct instant now, struct slice **ret,
                      size_t *ret_n, bool *ret_is_cut);
enum err connection_list(struct store *, struct arena *, const struct uuid *account_id,
                         struct instant now, const struct list_page *, struct connection **ret,
                         size_t *ret_n, struct list_cursor *ret_next);
enum err history_list(struct store *, struct arena *, const struct uuid *account_id,
                      const struct uuid *client_row, struct instant now, const struct list_page *,
                      struct history_entry **ret, size_t *ret_n, struct list_cursor *ret_next);
enum err log_list(struct store *, struct arena *, const struct log_filter *,
                  const struct list_page *, int64_t offset, struct history_entry **ret,
                  size_t *ret_n, struct list_cursor *ret_next);
enum err log_states(struct store *, struct arena *, const struct log_filter *,
                    int64_t ret_states[REQUEST_STATES]);
enum err log_count(struct store *, struct arena *, const struct log_filter *,
                   int64_t ret_states[REQUEST_STATES], struct log_day **ret, size_t *ret_n);
enum err grant_revoke(struct store *, struct arena *, const struct uuid *account_id,
                      const struct uuid *id, struct instant now, const struct audit_entry *,
                      struct grant *ret);
enum err access_revoke(struct store *, struct arena *, const struct uuid *account_id,
                       const struct uuid *client_row, struct instant now,
                       const struct audit_entry *, struct grant **ret, size_t *ret_n,
                       bool *ret_is_cut);
enum err project_by_head(struct store *, struct arena *, struct slice head, struct project *ret);
enum err grants_find(struct store *, struct arena *, const struct uuid *ids, size_t n,
                     struct grant *ret);
enum err revocation_list(struct store *, struct arena *, const struct revocation_cursor *after,
                         int64_t limit, struct instant now, struct revocation **ret, size_t *ret_n,
                         struct revocation_cursor *ret_next);
enum err audit_write(struct store *, struct arena *, const struct audit_entry *);
void audit_write_then(struct store *, struct arena *, const struct audit_entry *, struct then then);
enum err quota_spend(struct store *, struct arena *, const struct quota_bill *, int64_t *ret_wait);
enum err store_cleanup(struct store *, struct arena *, const struct cleanup_limits *,
                       int64_t *ret_n);
enum err cleanup_waiting(struct store *, struct arena *, const struct cleanup_limits *,
                         int64_t *ret_n);
enum err table_size(struct store *, struct arena *, size_t table, struct table_size *ret);
enum err store_space(struct store *, struct arena *, struct store_space *ret);
enum err meta_get(struct store *, struct arena *, const char *name, struct slice *ret);
enum err meta_put(struct store *, struct arena *, const char *name, struct slice value,
                  struct slice *ret);
enum err meta_replace(struct store *, struct arena *, const char *name, struct slice was,
                      struct slice value);
enum err sealed_list(struct store *, struct arena *, enum seal_purpose, struct slice key_id,
                     const struct uuid *after, struct sealed_value **ret, size_t *ret_n);
enum err sealed_replace(struct store *, struct arena *, enum seal_purpose,
                        const struct sealed_value *, size_t n);
enum err store_restored(struct store *, struct arena *, const struct audit_entry *,
                        struct restored *ret);
enum err store_integrity(struct store *, struct arena *, struct texts *ret);
enum err store_ping(struct store *, struct arena *);
