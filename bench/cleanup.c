/* SPDX-License-Identifier: Apache-2.0
 *
 * What applications experience while a million expired rows are removed: exchanges on 4
 * connections, in rounds, first without cleanup and then until the last row is gone.
 *
 *      cleanup PATH-OF-GRANTD
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "load.h"
#include "prepare.h"
#include "process.h"

enum { ROUND = 600, CONNECTIONS = 4, QUIET_ROUNDS = 15, ROUNDS = 180, PAUSE_MS = 400 };

#define EXPIRED_JWTS   700000
#define EXPIRED_AUDITS 300000

static void must(bool holds, const char *what)
{
        if (holds)
                return;
        (void)fprintf(stderr, "%s\n", what);
        exit(1);
}

static sqlite3 *database_open(void)
{
        sqlite3 *database;

        must(sqlite3_open("bench.db", &database) == SQLITE_OK, "bench.db");
        sqlite3_busy_timeout(database, 5000);
        return database;
}

/* A thousand JWTs for each second, as on a busy server, and old audit rows. */
static void expired_put(void)
{
        sqlite3 *database = database_open();
        char sql[1024];

        (void)snprintf(sql, sizeof(sql),
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                       "%d) INSERT INTO used_jwt (exp, digest, attempt) SELECT 1600000000 + i / "
                       "1000, randomblob(32), randomblob(16) FROM n;"
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                       "%d) INSERT INTO audit (at, action, outcome, request_id, address) SELECT "
                       "1600000000000 + i, 'exchange', 'ok', 'bench', '127.0.0.1' FROM n",
                       EXPIRED_JWTS, EXPIRED_AUDITS);
        must(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(database));
        sqlite3_close(database);
}

static int64_t expired_count(void)
{
        static const char sql[] = "SELECT (SELECT COUNT(*) FROM used_jwt WHERE exp < 1700000000) + "
                                  "(SELECT COUNT(*) FROM audit WHERE at < 1700000000000)";
        sqlite3 *database = database_open();
        sqlite3_stmt *statement;
        int64_t n;

        must(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
                     sqlite3_step(statement) == SQLITE_ROW,
             sqlite3_errmsg(database));
        n = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        sqlite3_close(database);
        return n;
}

struct rounds {
        double p99_ms[ROUNDS];
        size_t n, n_failed;
};

static int compare(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

static void round_play(struct rounds *rounds, uint16_t port, const struct slice **requests)
{
        struct load_result result = load_run(&(struct load){.port = port,
                                                            .connections = CONNECTIONS,
                                                            .requests = *requests,
                                                            .n_requests = ROUND});

        rounds->p99_ms[rounds->n++] = result.p99_ms;
        rounds->n_failed += ROUND - result.n_ok;
        *requests += ROUND;
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000l}, NULL);
}

/* Return: the median of the rounds' p99. */
static double rounds_print(struct rounds *rounds, const char *name)
{
        double median;

        qsort(rounds->p99_ms, rounds->n, sizeof(rounds->p99_ms[0]), compare);
        median = rounds->p99_ms[rounds->n / 2];
        (void)printf("%-36s %6zu   %6.2f   %6.2f   %6zu\n", name, rounds->n, median,
                     rounds->p99_ms[rounds->n - 1], rounds->n_failed);
        (void)fflush(stdout);
        return median;
}

static double seconds_now(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int measure(char *grantd)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 29);
        uint16_t port = process_free_port();
        const struct slice *requests =
                prepare_requests(&arena, (size_t)ROUND * (QUIET_ROUNDS + ROUNDS), port);
        struct rounds quiet = {0}, busy = {0};
        double quiet_p99, busy_p99, began;
        int64_t left;
        pid_t server;

        (void)printf("exchanges on %d connections           rounds   p99 ms    worst   failed\n",
                     CONNECTIONS);
        server = prepared_server_start(grantd, port, NULL);
        (void)process_wait(port);
        while (quiet.n < QUIET_ROUNDS)
                round_play(&quiet, port, &requests);
        (void)process_end(server, SIGTERM);
        quiet_p99 = rounds_print(&quiet, "in quiet");
        expired_put();
        server = prepared_server_start(grantd, port, NULL);
        (void)process_wait(port);
        began = seconds_now();
        while ((left = expired_count()) > 0 && busy.n < ROUNDS)
                round_play(&busy, port, &requests);
        busy_p99 = rounds_print(&busy, "while a million expired rows go");
        (void)printf("%.0f expired rows a second went; %lld are left; p99 to quiet: %.1f\n",
                     (EXPIRED_JWTS + EXPIRED_AUDITS - (double)left) / (seconds_now() - began),
                     (long long)left, busy_p99 / quiet_p99);
        return process_end(server, SIGTERM);
}

int main(int argc, char **argv)
{
        return prepared_main(argc, argv, measure);
}
