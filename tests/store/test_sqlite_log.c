/* SPDX-License-Identifier: Apache-2.0
 *
 * The layer that writes a transaction's pages to the log together, on a disk that is watched.
 */
#include "store/sqlite_log.h"

#include <sqlite3.h>

#include "crash_vfs.h"
#include "fixture.h"

enum { FLAGS = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };

struct pair {
        char folder[64], path[96];
        sqlite3 *writer, *reader;
};

static void run(sqlite3 *database, const char *text)
{
        CHECK_INT(sqlite3_exec(database, text, NULL, NULL, NULL), SQLITE_OK);
}

static void put(struct pair *pair, const char *n_rows)
{
        char text[256];

        (void)snprintf(text, sizeof(text),
                       "INSERT INTO page (bytes) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                       "SELECT i + 1 FROM n WHERE i < %s) SELECT randomblob(3000) FROM n",
                       n_rows);
        run(pair->writer, text);
}

static int64_t ask(sqlite3 *database, const char *text)
{
        sqlite3_stmt *statement = NULL;
        int64_t answer;

        CHECK_INT(sqlite3_prepare_v2(database, text, -1, &statement, NULL), SQLITE_OK);
        CHECK_INT(sqlite3_step(statement), SQLITE_ROW);
        answer = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        return answer;
}

static void check_holds(sqlite3 *database, int64_t n_rows)
{
        CHECK_INT(ask(database, "SELECT COUNT(*) FROM page"), n_rows);
        CHECK_INT(ask(database, "SELECT COUNT(*) FROM page WHERE LENGTH(bytes) <> 3000"), 0);
        CHECK_INT(ask(database, "SELECT COUNT(*) FROM pragma_integrity_check "
                                "WHERE integrity_check = 'ok'"),
                  1);
}

static void pair_open(struct pair *pair)
{
        CHECK_INT(sqlite3_open_v2(pair->path, &pair->writer, FLAGS, sqlite_log_vfs()), SQLITE_OK);
        run(pair->writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                          "PRAGMA wal_autocheckpoint = 0;"
                          "CREATE TABLE IF NOT EXISTS page (no INTEGER PRIMARY KEY, bytes BLOB)");
        CHECK_INT(sqlite3_open_v2(pair->path, &pair->reader, FLAGS, sqlite_log_vfs()), SQLITE_OK);
}

/* On a disk whose power goes at the change of that number; 0: it stays. */
static struct pair pair_new_cut(uint64_t cut)
{
        struct pair pair = {0};

        CHECK(sqlite_log_vfs() != NULL);
        (void)snprintf(pair.folder, sizeof(pair.folder), "/tmp/grantd-log-XXXXXX");
        CHECK(mkdtemp(pair.folder) != NULL);
        (void)snprintf(pair.path, sizeof(pair.path), "%s/log.db", pair.folder);
        crash_vfs_arm(cut);
        pair_open(&pair);
        return pair;
}

static struct pair pair_new(void)
{
        return pair_new_cut(0);
}

static void pair_close(struct pair *pair)
{
        sqlite3_close(pair->reader);
        sqlite3_close(pair->writer);
}

static void pair_restart(struct pair *pair, enum crash_mode mode)
{
        pair_close(pair);
        crash_vfs_lose_power(mode, 1);
        crash_vfs_arm(0);
        pair_open(pair);
}

static void pair_end(struct pair *pair)
{
        pair_close(pair);
        crash_vfs_lose_power(CRASH_DROP, 1);
        CHECK_INT(unlink(pair->path), 0);
        (void)rmdir(pair->folder);
}

TEST(the_pages_of_a_commit_go_to_the_log_in_one_write)
{
        struct pair pair = pair_new();
        uint64_t before;

        put(&pair, "20");
        before = crash_vfs_count();
        put(&pair, "20");
        CHECK_INT(crash_vfs_count() - before, 2); /* the write, the sync */
        check_holds(pair.reader, 40);
        pair_end(&pair);
}

TEST(a_transaction_of_any_size_is_there_for_others_and_after_a_loss_of_power)
{
        struct pair pair = pair_new();

        put(&pair, "500");
        check_holds(pair.reader, 500);
        pair_restart(&pair, CRASH_DROP);
        check_holds(pair.reader, 500);
        pair_end(&pair);
}

/* With a small cache SQLite writes pages before the commit, and reads them back. */
TEST(a_transaction_reads_what_it_has_written)
{
        struct pair pair = pair_new();

        run(pair.writer, "PRAGMA cache_size = 10; BEGIN");
        put(&pair, "120");
        CHECK_INT(ask(pair.writer, "SELECT LENGTH(bytes) FROM page WHERE no = 105"), 3000);
        run(pair.writer, "UPDATE page SET bytes = randomblob(3000) WHERE no % 2 = 0");
        check_holds(pair.writer, 120);
        check_holds(pair.reader, 0);
        run(pair.writer, "COMMIT");
        check_holds(pair.reader, 120);
        pair_end(&pair);
}

TEST(what_was_rolled_back_is_not_there_after_the_next_commit)
{
        struct pair pair = pair_new();

        put(&pair, "5");
        run(pair.writer, "PRAGMA cache_size = 10; BEGIN");
        put(&pair, "45");
        run(pair.writer, "ROLLBACK");
        put(&pair, "2");
        check_holds(pair.reader, 7);
        pair_restart(&pair, CRASH_DROP);
        check_holds(pair.reader, 7);
        pair_end(&pair);
}

static uint64_t changes_before_commit(struct pair *pair)
{
        put(pair, "5");
        run(pair->writer, "BEGIN");
        put(pair, "5");
        return crash_vfs_count();
}

TEST(a_commit_whose_pages_cannot_be_written_fails)
{
        struct pair pair = pair_new();
        uint64_t n_changes = changes_before_commit(&pair);

        pair_end(&pair);
        pair = pair_new_cut(n_changes + 1);
        CHECK_INT(changes_before_commit(&pair), n_changes);
        CHECK_INT(sqlite3_exec(pair.writer, "COMMIT", NULL, NULL, NULL), SQLITE_IOERR);
        pair_restart(&pair, CRASH_TEAR);
        check_holds(pair.reader, 5);
        pair_end(&pair);
}

TEST(the_log_may_be_brought_into_the_database_and_begun_anew)
{
        struct pair pair = pair_new();

        for (int i = 0; i < 5; i++) {
                put(&pair, "40");
                run(pair.writer,
                    i % 2 ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA wal_checkpoint(RESTART)");
        }
        check_holds(pair.reader, 200);
        pair_end(&pair);
}
