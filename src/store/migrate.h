/* SPDX-License-Identifier: Apache-2.0
 *
 * Brings a database to the schema of this program: the driver's numbered steps, each once, all that
 * are missing in one transaction.
 */
#pragma once

#include "store/driver.h"

/* Return: ERR_OK; ERR_STORE_UNAVAILABLE, logged; ERR_CONFLICT, logged: the database was made by a
 * newer grantd. */
enum err migrate(const struct sql_driver *driver, struct sql_connection *connection);
