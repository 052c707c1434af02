/* SPDX-License-Identifier: Apache-2.0
 *
 * What a database says of itself: the key it belongs to, its node id, and whether the demo made it.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Whether nobody has used it yet: it belongs to no key, and has no account.
 * Return: ERR_OK; faults. */
enum err database_is_new(struct op *op, bool *ret);

/* Whether the keys of `op` open the value by which the database knows its own.
 * Return: ERR_OK; ERR_NO_ROW: it belongs to no key yet; ERR_NOT_AUTHENTIC: they do not; faults. */
enum err database_check_key(struct op *op);

/* The same of a database that belongs to the newest key from now on if it belonged to none.
 * Return: ERR_OK; ERR_NOT_AUTHENTIC; faults. */
enum err database_take_key(struct op *op);

/* Whether the database responds, and its clock agrees with ours: nodes judge by their own clocks
 * what all of them share, such as a JWT's end. They may differ by half of `client_secret_leeway`,
 * and by a second in any case. Return: ERR_OK; ERR_CLOCK_OFF; faults. */
enum err database_check_clock(struct op *op);

/* Whether the database takes changes. Return: ERR_OK; ERR_DATABASE_READ_ONLY; faults. */
enum err database_check_writable(struct op *op);

/* Where self-issued grants point while no satellite is set: the id of a node that is nowhere, drawn
 * once for each database. Return: ERR_OK; faults. */
enum err database_node_id(struct op *op, struct slice *ret);
enum { DATABASE_NODE_ID_SIZE = 32 };

/* The mark of a database whose passwords everybody knows. Return: ERR_OK; faults. */
enum err database_mark_demo(struct op *op);
enum err database_is_demo(struct op *op, bool *ret);

/* Before the next one, for each copy of the revocation log: see store_log_merge().
 * Return: ERR_OK; ERR_NOT_FOUND; ERR_CONFLICT; faults. */
enum err database_merge_log(struct op *op, struct slice text, struct log_merged *ret);

/* What follows after an older copy of the database was put back: see store_recover().
 * Return: ERR_OK; faults. */
enum err database_recover(struct op *op, struct recovered *ret);
