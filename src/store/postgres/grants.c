/* SPDX-License-Identifier: Apache-2.0
 *
 * What a role needs to serve if it owns nothing. LOCK TABLE turn needs UPDATE; the numbers of an
 * identity column need no right of their own. Only who migrates writes schema_version.
 *
 * Names are quoted by the server: they are settings of the session here, not part of a text.
 */
#include "store/postgres/connection.h"

#define ROWS  "SELECT, INSERT, UPDATE, DELETE ON"
/* The schema is %1, the role %2. */
#define LATER "'ALTER DEFAULT PRIVILEGES IN SCHEMA %1$I GRANT "

const char postgres_grants[] =
        "DO $$ DECLARE ours TEXT := current_setting('search_path'); "
        "whom TEXT := current_setting('grantd.role'); what TEXT; BEGIN "
        "FOREACH what IN ARRAY ARRAY["
        "'GRANT USAGE ON SCHEMA %1$I TO %2$I', "
        "'GRANT " ROWS " ALL TABLES IN SCHEMA %1$I TO %2$I', "
        "'REVOKE INSERT, UPDATE, DELETE ON %1$I.schema_version FROM %2$I', "
        "'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %1$I TO %2$I', " LATER ROWS
        " TABLES TO %2$I', " LATER "EXECUTE ON FUNCTIONS TO %2$I'"
        "] LOOP EXECUTE format(what, ours, whom); END LOOP; END $$";
