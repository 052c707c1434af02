/* SPDX-License-Identifier: Apache-2.0
 *
 * No statement searches a table or sorts what is not bounded, by SQLite's own plans. Those that do
 * stand here with what bounds them. Which of them do depends a little on SQLite's version.
 */
#include <sqlite3.h>

#include "fixture.h"

/* A statement by its name, or all whose names begin so if that ends with "_". */
static const struct {
        const char *name, *bound;
} bounded[] = {
        {"ROWS_OF_", "metrics: the sizes of tables, counted now and then"},
        {"COPY_", "store copy: the last row of a table, and whole tables"},
        {"RECOVER_", "once, after a restore"},
        {"SESSION_EVICT", "200 sessions of an account"},
        {"SESSION_LIST", "the same"},
        {"MAIL_COUNT", "the queue of mails has a length"},
        {"MAIL_INSERT", "the same"},
        {"MAIL_WAITING", "the same"},
        {"BROWSERS_EVICT", "LIMIT_BROWSERS"},
        {"TOKEN_LIST", "an operator makes service tokens"},
        {"CLIENT_SECRET_INSERT", "the live secrets of a client, which are two"},
        {"EXCHANGE_ROWS", "the same"},
        {"PROJECT_BY_HEAD", "projects of one API key, which somebody must have"},
        {"AUTHORIZATIONS_OLDEST", "limits.authorizations_per_client"},
        {"AUTHORIZATION_REPLACED", "the same"},
        {"GRANT_SCOPES", "the same, and their live grants"},
        {"CONNECTION_PERMISSIONS", "the same"},
        {"ACCESS_DYING", "the same"},
        {"FEED_ACCESS", "the same, as it was when their access ended"},
        {"FEED_CLIENT", "sorts the grants of one request at a time"},
        {"SPREAD_NEXT", "the first of an order that the table has"},
        {"DELIVERY_WAITING", "whether there is a row"},
        {"CONNECTIONS", "a page, and counts up to 1,000"},
        {"LOG_DAYS", "days for as long as they are kept, and 10,000 entries of the audit trail"},
        {"FAILURE_REASONS", "the same"},
        {"EVENTS_COUNT", "a batch"},
        {"LOG_LIST", "requests that a page may look at"},
        {"LOG_STATES", "the newest 10,000 requests"},
        {"LOG_SPAN", "the same"},
        {"PING", "a row for each step of the schema"},
        {"HAS_SCHEMA", "the tables of the schema"},
        {"SPACE", "values, not rows"},
        {"TELLS_TABLE_BYTES", "the same"},
        {"TABLE_BYTES", "metrics: asked only where that takes no minutes"},
};

enum { N_BOUNDED = sizeof(bounded) / sizeof(bounded[0]) };

static size_t bound_of(const char *name)
{
        for (size_t i = 0; i < N_BOUNDED; i++) {
                size_t n = strlen(bounded[i].name);
                bool is_prefix = bounded[i].name[n - 1] == '_';

                if (is_prefix ? strncmp(name, bounded[i].name, n) == 0
                              : strcmp(name, bounded[i].name) == 0)
                        return i;
        }
        return N_BOUNDED;
}

static bool step_is_unbounded(const char *step)
{
        if (strstr(step, "SCAN CONSTANT ROW"))
                return false;
        return strstr(step, "SCAN ") || strstr(step, "TEMP B-TREE") || strstr(step, "AUTOMATIC");
}

/* Return: whether a step of its plan searches or sorts; the last such step. */
static bool plan_is_unbounded(sqlite3 *database, const char *query, char (*ret_step)[200])
{
        static char text[16384];
        sqlite3_stmt *statement = NULL;
        bool found = false;

        CHECK((size_t)snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", query) < sizeof(text));
        if (sqlite3_prepare_v2(database, text, -1, &statement, NULL) != SQLITE_OK)
                fail_msg("%s: %s", sqlite3_errmsg(database), query);
        while (sqlite3_step(statement) == SQLITE_ROW) {
                const char *step = (const char *)sqlite3_column_text(statement, 3);

                if (step_is_unbounded(step)) {
                        (void)snprintf(*ret_step, sizeof(*ret_step), "%s", step);
                        found = true;
                }
        }
        (void)sqlite3_finalize(statement);
        return found;
}

TEST(no_statement_searches_a_table_or_sorts_what_is_not_bounded)
{
        struct world world CLEANUP(world_end) = world_in_file();
        const struct {
                const char *name, *text; /* NULL: SQLite has its own, or none */
        } statements[] = {
#define STATEMENT(name_, parameters, text_) {#name_, text_},
#include "store/statements.def"
#undef STATEMENT
#define STATEMENT(name_, text_) {#name_, text_},
#include "store/sqlite/statements.def"
#undef STATEMENT
        };
        bool is_known[N_BOUNDED + 1] = {0};
        sqlite3 *database = NULL;
        size_t n = 0, n_wrong = 0;
        char step[200];

        CHECK_INT(sqlite3_open_v2(world.url + strlen("sqlite:"), &database, SQLITE_OPEN_READWRITE,
                                  NULL),
                  SQLITE_OK);
        for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
                size_t bound = bound_of(statements[i].name);

                if (!statements[i].text)
                        continue;
                n++;
                is_known[bound] = true;
                if (!plan_is_unbounded(database, statements[i].text, &step) || bound < N_BOUNDED)
                        continue;
                print_error("%s: %s\n", statements[i].name, step);
                n_wrong++;
        }
        for (size_t i = 0; i < N_BOUNDED; i++)
                if (!is_known[i])
                        fail_msg("there is no statement %s (%s)", bounded[i].name,
                                 bounded[i].bound);
        CHECK_INT(n_wrong, 0);
        CHECK(n > 300);
        (void)sqlite3_close(database);
}
