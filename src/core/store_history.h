/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the store that look back: part of core/store.h, whose contract they have.
 */
#pragma once

#include "core/grants/history_model.h"
#include "core/op.h"
#include "core/upkeep/audit_entry.h"

/* The applications, except deleted ones, that the account has allowed something; the last that it
 * allowed, or that renewed its access, first. A page may be short, or empty, though more follow. */
enum err store_connection_list(struct op *op, const struct list_page *page,
                               struct connection_list *ret);
/* The account's requests for one client, newest first. */
enum err store_history_list(struct op *op, const struct history_query *query,
                            struct history_list *ret);
/* The requests of the account's applications, and of the 1,000 that were deleted last, that match
 * the filter, newest first. A page of one state may be short though more follow. */
enum err store_log_list(struct op *op, const struct log_query *query, struct history_list *ret);
/* The number of matching requests in each state, whatever that of the filter. */
enum err store_log_states(struct op *op, const struct log_filter *filter, struct state_counts *ret);
/* The counts of each day with activity, oldest first, the last LIMIT_LIST days at most. The filter
 * chooses whole days, here and below. */
enum err store_log_days(struct op *op, const struct log_filter *filter, struct log_day_list *ret);
/* The failed exchanges of the account's client that the filter names, newest first. */
enum err store_failure_list(struct op *op, const struct exchange_failure_query *query,
                            struct exchange_failure_list *ret);
/* How many there are of each outcome, the most frequent first. */
enum err store_failure_reasons(struct op *op, const struct log_filter *filter,
                               struct failure_reason_list *ret);
/* What was done with the account, newest first. */
enum err store_activity_list(struct op *op, const struct list_page *page,
                             struct activity_list *ret);
/* The row of the next application after that one, in the order of their ids, that ever asked the
 * account. Return: ERR_OK; ERR_NO_ROW: there is no other. */
enum err store_account_client_next(struct op *op, const struct uuid *after, struct uuid *ret);
/* An application's requests behind a number, of any account, in their order; LIMIT_LIST at most. */
enum err store_client_requests(struct op *op, const struct client_request_page *page,
                               struct client_request_list *ret);
/* The audit trail, oldest first. */
enum err store_audit_list(struct op *op, const struct audit_page *page, struct audit_list *ret);
