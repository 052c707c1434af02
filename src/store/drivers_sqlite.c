/* SPDX-License-Identifier: Apache-2.0
 *
 * The databases of a build without libpq.
 */
#include "store/driver.h"
#include "store/open.h"

const struct sql_driver *const sql_drivers[] = {&sqlite_driver, NULL};

const char store_url_problem[] = "store.url: this build opens sqlite:PATH";
