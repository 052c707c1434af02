/* SPDX-License-Identifier: Apache-2.0
 *
 * What a role needs to serve if it owns nothing. LOCK TABLE turn needs UPDATE; the numbers of an
 * identity column need no right of their own. Only who migrates writes schema_version.
 *
 * Names are quoted by the server: they are settings of the session here, not part of a text.
 */
#include "store/postgres/connection.h"

#define GRANT(text, ...) "EXECUTE format('" text "', " __VA_ARGS__ "); "
#define ROWS             "SELECT, INSERT, UPDATE, DELETE ON"

const char postgres_grants[] =
        "DO $$ DECLARE ours TEXT := current_setting('search_path'); "
        "whom TEXT := current_setting('grantd.role'); BEGIN " GRANT(
                "GRANT USAGE ON SCHEMA %I TO %I",
                "ours, whom") GRANT("GRANT " ROWS " ALL TABLES IN SCHEMA %I TO %I", "ours, whom")
                GRANT("REVOKE INSERT, UPDATE, DELETE ON %I.schema_version FROM %I", "ours, whom")
                        GRANT("ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT " ROWS " TABLES TO %I",
                              "ours, whom") "END $$";
