/* SPDX-License-Identifier: Apache-2.0
 *
 * What operations do for each other, in the transaction of the one that asks.
 */
#pragma once

#include "store/sql.h"

/* Clears what is personal under an account that is deleted, its identities among it.
 * Return: as sql_run(). */
enum err account_clear(struct sql *sql, const struct uuid *id, struct instant at);

/* An account's, by which nobody logs in any more. Return: as sql_run(). */
enum err recovery_codes_delete(struct sql *sql, const struct uuid *account_id);

/* What ACCOUNT_COLUMNS and IDENTITY_COLUMNS have. */
enum { N_ACCOUNT_COLUMNS = 8, N_IDENTITY_COLUMNS = 4 };

/* A row of ACCOUNT_COLUMNS and IDENTITY_COLUMNS. */
struct identity identity_of_row(const struct sql_rows *rows, size_t row);
/* A row that begins with ACCOUNT_COLUMNS. */
struct account account_of_row(const struct sql_rows *rows, size_t row);

/* Ends an account's sessions but one, or all for zeros, and forgets the browsers in which nobody is
 * logged in then. Return: as sql_run(). */
enum err sessions_end(struct sql *sql, const struct uuid *account_id, const struct uuid *spared);

/* Enters a mail, unless enough wait for its recipient. Return: as sql_run(); ERR_BUSY: too many
 * wait. */
enum err mail_row_insert(struct sql *sql, const struct mail *mail);

/* The same for a notice: NULL, or one without a kind, is none, and one that finds no room is left
 * out. Return: as sql_run(). */
enum err mail_notice_enter(struct sql *sql, const struct mail *notice);

/* Inserts a project's row. Return: as sql_run(). */
enum err project_row_insert(struct sql *sql, const struct project *project);

/* Spends one of each of these quotas, if none of them is used up. Return: as sql_run(), and the
 * refusal of the first that is, with the seconds to wait; nothing is spent then. */
enum err quotas_take(struct sql *sql, const struct quota_bill *bill, int64_t *ret_wait);

/* Enters the delivery of one grant's revocation. Return: as sql_run(). */
enum err delivery_add(struct sql *sql, const struct uuid *grant_id, struct instant at);

/* The delivery in three columns from this one on. */
struct delivery delivery_of_row(const struct sql_rows *rows, size_t row, size_t column);

/* A grant's first nine columns, as GRANT_COLUMNS and GRANT_INSERT name them. */
struct grant grant_start_of_row(const struct sql_rows *rows, size_t row);

/* A row of CLIENT_COLUMNS, and rows of CLIENT_SECRETS; the texts are the rows'. */
struct client client_of_rows(struct arena *arena, const struct sql_rows *rows, size_t row,
                             const struct sql_rows *secrets);

/* A row of REQUEST_COLUMNS and of PROJECT_COLUMNS. */
struct request request_of_row(const struct sql_rows *rows, size_t row);
struct project project_of_row(const struct sql_rows *rows, size_t row);

/* --- of an exchange, of a code or a refresh token --- */

/* Uses up the JWT. Return: as sql_run(); ERR_OK, also if it is this attempt's; ERR_JWT_REUSED. */
enum err claim_jwt(struct sql *sql, const struct claim *claim);

/* Return: as sql_run(); ERR_CLIENT_DISABLED, also if it is gone. */
enum err claim_client_check(struct sql *sql, const struct uuid *client_row);

/* Inserts the grant, or finds the one of this attempt. `scope` is in stored form; absent: the
 * authorization's. Return: as sql_run(). */
enum err claim_grant(struct sql *sql, const struct claim *claim, struct slice scope,
                     struct grant *ret);

/* Notes that the secret was used. */
enum err claim_secret_used(struct sql *sql, const struct uuid *secret_row);

/* Records a refusal. Beyond the quotas it leaves nothing behind: no row in the audit trail, no
 * memory of the JWT. Return: the refusal; faults. */
enum err claim_refuse(struct sql *sql, const struct claim *claim, enum err refusal);

/* Begins a family; NULL: nothing is done. One attempt's second try finds it begun. */
enum err refresh_insert(struct sql *sql, int64_t authorization_no,
                        const struct refresh_issue *refresh);

/* Ends an authorization whose family of refresh tokens is gone, with its live grants. `by` says who
 * does it: see access_grant.revoked_by. */
enum err authorization_end(struct sql *sql, int64_t authorization_no, struct slice by);
