/* SPDX-License-Identifier: Apache-2.0
 *
 * No operation costs more where its caller has many times as many rows of each kind. Steps are
 * counted, not seconds. TEST_COST_ROWS=1000000 in the environment makes that many.
 */
#include <sqlite3.h>

#include "cost_driver.h"
#include "every_operation.h"

enum {
        FEW = 2000,      /* more than any page of a list has */
        MANY = 20 * FEW, /* unless the environment says otherwise */
        OPERATIONS_MOST = 200,
        SLACK = 200, /* steps, in case the plans or the rows at hand differ a little */
};

/* --- rows --- */

#define ACCOUNT             "x'01900000000000000000000000000001'"
#define CLIENT              "x'01900000000000000000000000000014'"
#define CLIENT_PUBLIC       "x'019000000000000000000000000003fc'"
#define PROJECT             "x'0190000000000000000000000000000a'"
/* Older than those of the world. */
#define ID_OF_ROW(kind)     "CAST(x'01' || '" kind "' || printf('%013d', i) AS BLOB)"
#define DIGEST_OF_ROW(kind) "CAST('" kind "' || printf('%030d', i) AS BLOB)"
/* Days ago, one row a second. */
#define PAST                "(1767225600000 - 86400000 - i * 1000)"

/* What is bounded by a quota or a limit, as sessions and live clients are, is not here. */
static const char *const rows[] = {
        /* A quarter of the requests was refused, one of five approvals was revoked. */
        "INSERT INTO request (no, id, account_id, client_row, redirect_uri, scope, "
        "protocol_scopes, "
        "status, created_at, expires_at, decided_at, lifetime_limit) SELECT 1000 + i, " ID_OF_ROW(
                "rq") ", " ACCOUNT ", " CLIENT
                      ", 'https://app.example.com/cb', 'read', 0, 1 + (i % 4 = 0), " PAST ", " PAST
                      " + 600000, " PAST ", 0 FROM n",
        "INSERT INTO access_authorization (no, account_id, client_row, project_id, scope, "
        "protocol_scopes, lifetime, decided_at, ended_at, live_until) SELECT 1000 + i, " ACCOUNT
        ", " CLIENT ", " PROJECT ", 'read', 0, 60, " PAST ", CASE WHEN i % 5 = 0 THEN " PAST
        " END, " PAST " + 120000 FROM n",
        "INSERT INTO code (no, redirect_uri, needs_passphrase, asked_at, expires_at, used_at, "
        "used_by) SELECT 1000 + i, 'https://app.example.com/cb', 0, " PAST ", " PAST
        " + 60000, " PAST ", " ID_OF_ROW("at") " FROM n",
        "INSERT INTO access_grant (id, authorization_no, account_id, client_row, project_id, "
        "scope, "
        "status, created_at, expires_at, sealed_tail, attempt) SELECT " ID_OF_ROW(
                "gr") ", 1000 + i, " ACCOUNT ", " CLIENT ", " PROJECT
                      ", 'read', 1 + (i % 5 = 0), " PAST ", " PAST
                      " + 60000, x'01', " ID_OF_ROW("at") " FROM n",
        /* Renewals of what lives, and the owner's own. */
        "INSERT INTO access_grant (id, authorization_no, account_id, client_row, project_id, "
        "scope, "
        "status, created_at, expires_at, sealed_tail, attempt) SELECT " ID_OF_ROW(
                "re") ", t.authorization_no, " ACCOUNT ", " CLIENT ", " PROJECT ", 'read', 1, " PAST
                      ", " PAST " + 60000, x'01', " ID_OF_ROW("rt") " FROM n, refresh_token t",
        "INSERT INTO access_grant (id, account_id, project_id, scope, status, created_at, "
        "expires_at, "
        "sealed_tail, attempt) SELECT " ID_OF_ROW(
                "ow") ", " ACCOUNT ", " PROJECT ", 'read', 2, " PAST ", " PAST
                      " + 60000, x'01', " ID_OF_ROW("ow") " FROM n",
        "INSERT INTO refresh_token (authorization_no, family, token, last_used_at, expires_at, "
        "ends_at) "
        "SELECT 1000 + i, " DIGEST_OF_ROW("fa") ", " DIGEST_OF_ROW("to") ", " PAST ", " PAST
                                                                         " + 1, " PAST " + 1 "
                                                                         "FROM n",
        "INSERT INTO access_end (account_id, client_row, up_to, after, id, at) SELECT " ACCOUNT
        ", " CLIENT ", -i, -i - 1, " ID_OF_ROW("en") ", " PAST " FROM n",
        "INSERT INTO revocation (seq, kind, id, at) SELECT -i, 1, " ID_OF_ROW("gr") ", " PAST
                                                                                    " FROM n",
        "INSERT INTO delivery (grant_id, state, attempts, made_at, settled_at) SELECT " ID_OF_ROW(
                "gr") ", 1, 1, " PAST ", " PAST " FROM n",
        /* Applications and projects that were deleted, and applications of others that it uses. */
        "INSERT INTO client (id, client_id, account_id, name, description, redirect_uris, "
        "logout_uris, "
        "scopes, optional_scopes, jwks, subject_type, id_tokens_es256, status, auth_method, "
        "application_type, require_pkce, require_pushed, legacy_redirect, device_flow, "
        "refresh_tokens, "
        "document, document_until, secret_max_lifetime, created_at, deleted_at, look_at) "
        "SELECT " ID_OF_ROW("cl") ", " ID_OF_ROW(
                "pu") ", " ACCOUNT ", '', '', '', '', '', '', '', 0, 0, 1, 0, 0, 0, 0, 0, 0, "
                      "0, '', 0, 0, " PAST ", " PAST ", 9000000000000000 FROM n",
        "INSERT INTO project (id, account_id, name, satellite_address, head, sealed_api_key, salt, "
        "path_cipher, created_at, deleted_at, key_look_at) SELECT " ID_OF_ROW(
                "pr") ", " ACCOUNT
                      ", '', '1abc@127.0.0.1:7777', " ID_OF_ROW("he") ", x'', x'30', 2, " PAST
                                                                      ", " PAST
                                                                      ", 9000000000000000 FROM n",
        /* What is of no use any more, and waits for the next clean-up. */
        "INSERT INTO pushed_request (digest, client_row, parameters, expires_at) "
        "SELECT " DIGEST_OF_ROW("pu") ", " CLIENT ", '', " PAST " FROM n",
        "INSERT INTO device_request (digest, user_code, client_row, public_key, scope, "
        "protocol_scopes, "
        "poll_interval, expires_at, lifetime_limit) SELECT " DIGEST_OF_ROW("de") ", " DIGEST_OF_ROW(
                "us") ", " CLIENT ", x'', 'read', 0, 5, " PAST ", 0 FROM n",
        "INSERT INTO used_jwt (exp, digest, attempt) SELECT " PAST
        " / 1000, " DIGEST_OF_ROW("jw") ", " ID_OF_ROW("at") " FROM n",
        "INSERT INTO quota (kind, who, whole_at) SELECT 1, " ID_OF_ROW("qu") ", " PAST " FROM n",
        "INSERT INTO audit (at, action, outcome, account_id, client_id, request_id, address) "
        "SELECT " PAST ", 'exchange', CASE WHEN i % 9 THEN 'ok' ELSE 'ERR_CODE_USED' END, " ACCOUNT
        ", " CLIENT_PUBLIC ", 'r', '192.0.2.1' FROM n",
};

static void execute(sqlite3 *database, const char *text)
{
        if (sqlite3_exec(database, text, NULL, NULL, NULL) != SQLITE_OK)
                fail_msg("%s: %s", sqlite3_errmsg(database), text);
}

static void rows_add(const struct world *world, int n)
{
        char numbers[256];
        sqlite3 *database;

        CHECK_INT(sqlite3_open(world->url + strlen("sqlite:"), &database), SQLITE_OK);
        (void)snprintf(numbers, sizeof(numbers),
                       "PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE "
                       "n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                       "SELECT i FROM n",
                       n);
        execute(database, numbers);
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                execute(database, rows[i]);
        execute(database, "COMMIT");
        sqlite3_close(database);
}

/* --- operations --- */

struct costs {
        struct cost items[OPERATIONS_MOST];
        size_t n;
};

static void operations_run(struct world *world, const struct store_operation *operations,
                           struct costs *costs)
{
        for (; operations->name; operations++) {
                struct given given = given_of(world, operations);

                assert_true(costs->n < OPERATIONS_MOST);
                (void)cost_take();
                (void)operations->call(&given);
                costs->items[costs->n++] = cost_take();
        }
}

/* With so many rows of each kind. */
static void costs_measure(int n, struct costs *ret)
{
        struct world world CLEANUP(world_end) = world_full();

        world_close(&world);
        rows_add(&world, n);
        cost_open(&world);
        ret->n = 0;
        operations_run(&world, writing_operations, ret);
        operations_run(&world, reading_operations, ret);
}

static int rows_many(void)
{
        const char *text = getenv("TEST_COST_ROWS");
        long n = text ? strtol(text, NULL, 10) : 0;

        return n > MANY ? (int)n : MANY;
}

static void growth_print(const struct cost *few, const struct cost *many)
{
        for (size_t i = 0; i < STATEMENT_COUNT; i++)
                if (many->of[i] > few->of[i] + few->of[i] / 2 + SLACK)
                        print_error("    %s: %lld and %lld steps\n",
                                    sql_statement_info((enum statement)i)->name,
                                    (long long)few->of[i], (long long)many->of[i]);
}

/* Those whose cost is known to grow, and with what. One that no longer does has to leave the list.
 */
static const char *const growing[] = {
        /* an operator's, or a metric's: with the whole database, or with what waits for clean-up */
        "recover",
        "integrity",
        "cleanup_waiting",
        /* with all grants that the account ever gave, until they are forgotten */
        "connection_list",
        /* with the requests and failures of the period that a developer asks about, and with the
         * applications that a developer has deleted, until they are forgotten */
        "log_list",
        "log_states",
        "log_days",
        "failure_reasons",
};

static bool may_grow(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(growing); i++)
                if (strcmp(growing[i], name) == 0)
                        return true;
        return false;
}

/* Return: how many are not as expected. */
static size_t operations_compare(const struct store_operation *operations, const struct cost *few,
                                 const struct cost *many)
{
        size_t n_wrong = 0;

        for (; operations->name; operations++, few++, many++) {
                int64_t least = cost_sum(few), most = cost_sum(many);

                if ((most > least + least / 2 + SLACK) == may_grow(operations->name))
                        continue;
                print_error("%s: %lld and %lld steps\n", operations->name, (long long)least,
                            (long long)most);
                growth_print(few, many);
                n_wrong++;
        }
        return n_wrong;
}

TEST(no_operation_costs_more_where_its_caller_has_more)
{
        static struct costs few, many;
        size_t n_writing = 0, n_wrong;

        costs_measure(FEW, &few);
        costs_measure(rows_many(), &many);
        CHECK_INT(few.n, many.n);
        while (writing_operations[n_writing].name)
                n_writing++;
        n_wrong = operations_compare(writing_operations, few.items, many.items) +
                  operations_compare(reading_operations, few.items + n_writing,
                                     many.items + n_writing);
        CHECK_INT(n_wrong, 0);
}
