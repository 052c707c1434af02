/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying a database into another one. With TEST_DATABASE_URL one side is a server's.
 */
#include "every_operation.h"
#include "snapshot.h"
#include "store/copy.h"
#include "store/copy_rows.h"

#define SOURCE SLICE("the source")

static void no_progress(void *context, const char *name, int64_t n_rows, int64_t n_total)
{
        (void)context;
        (void)name;
        CHECK(n_rows >= 0 && n_total >= 0);
}

static enum err copy_as(const struct world *from, const struct world *to, struct slice source,
                        struct copy_report *ret)
{
        struct store_location locations[2];
        struct copy_task task = {.from = &locations[0],
                                 .to = &locations[1],
                                 .source = source,
                                 .progress = no_progress};

        world_locate(from, &locations[0]);
        world_locate(to, &locations[1]);
        return copy_run(&task, ret);
}

static enum err copy(const struct world *from, const struct world *to)
{
        struct copy_report report = {0};

        return copy_as(from, to, SOURCE, &report);
}

static void check_same(struct slice a, struct slice b)
{
        CHECK(a.size && slice_equal(a, b));
}

static int64_t rows_of(const struct world *world, const char *table)
{
        char query[100];

        (void)snprintf(query, sizeof(query), "SELECT COUNT(*) FROM %s", table);
        return snapshot_number(world, query);
}

/* Rows in every table. */
static struct world world_rich(void)
{
        static const char *const rows[] = {
                "INSERT INTO used_jwt (exp, digest, attempt) SELECT 7, digest, attempt "
                "FROM used_jwt",
                "INSERT INTO quota (kind, who, whole_at) SELECT 1, id, created_at FROM account",
                "INSERT INTO access_end (account_id, client_row, up_to, after, id, at) "
                "SELECT account_id, client_row, no, no - 1, id, created_at FROM request",
                "INSERT INTO client_day (client_id, day, event, n) "
                "SELECT client_id, 7, 'exchange', 1 FROM client",
        };
        struct world world = world_full();

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                CHECK_INT(snapshot_number(&world, rows[i]), -1);
        for (size_t i = 0; i < n_copied_tables; i++)
                CHECK(rows_of(&world, copied_tables[i].name) > 0);
        return world;
}

/* --- the list --- */

static int64_t columns_of(const struct world *world, const char *table)
{
        char query[200];

        (void)snprintf(query, sizeof(query),
                       *world->schema ? "SELECT COUNT(*) FROM information_schema.columns WHERE "
                                        "table_schema = current_schema() AND table_name = '%s'"
                                      : "SELECT COUNT(*) FROM pragma_table_info('%s')",
                       table);
        return snapshot_number(world, query);
}

TEST(every_table_and_every_column_is_in_the_list)
{
        static const char *const others[] = {
#define TABLE(...)
#define OTHER_TABLE(name) #name,
#include "store/tables.def"
        };
        struct world world CLEANUP(world_end) = world_new();
        int64_t n = snapshot_number(
                &world, *world.schema ? "SELECT COUNT(*) FROM pg_class WHERE relkind IN ('r', 'p') "
                                        "AND NOT relispartition AND relnamespace = "
                                        "to_regnamespace(current_schema())"
                                      : "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'");

        for (size_t i = 0; i < n_copied_tables; i++)
                CHECK_INT(columns_of(&world, copied_tables[i].name),
                          strlen(copied_tables[i].kinds));
        for (size_t i = 0; i < ARRAY_SIZE(others); i++)
                n -= columns_of(&world, others[i]) > 0;
        CHECK_INT(n, n_copied_tables);
}

/* --- there and back --- */

TEST(a_copy_and_the_copy_of_that_have_the_same_rows)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();
        struct world back CLEANUP(world_end) = world_closed();
        struct copy_report first = {0}, second = {0};

        server_use(back.folder, &back.url, &back.schema);
        CHECK_OK(copy_as(&world, &there, SOURCE, &first));
        CHECK_OK(copy_as(&there, &back, SOURCE, &second));
        CHECK_INT(first.n, n_copied_tables + 1);
        for (size_t i = 0; i < first.n; i++) {
                CHECK_STRING(first.items[i].name, second.items[i].name);
                CHECK_INT(first.items[i].n_rows, second.items[i].n_rows);
                CHECK(digest_equal(&first.items[i].digest, &second.items[i].digest));
        }
        check_same(snapshot_dump(&world, &world.arena), snapshot_dump(&back, &world.arena));
}

TEST(a_copy_serves_and_goes_on_numbering)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();
        int64_t audited = snapshot_number(&world, "SELECT MAX(no) FROM audit");
        struct instant now;

        server_use(there.folder, &there.url, &there.schema);
        CHECK_OK(copy(&world, &there));
        world_open(&there);
        CHECK_OK(STORE(&there, ping, &now));
        CHECK_OK(STORE(&there, audit_write, &audit));
        CHECK_INT(snapshot_number(&there, "SELECT MAX(no) FROM audit"), audited + 1);
}

/* --- interrupted --- */

/* As if it had been killed after this many transactions of the target: rows of the last one of
 * these tables are missing, and the target is still claimed. */
TEST(an_interrupted_copy_is_refused_and_goes_on)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();
        struct store_location location;
        struct store *store = NULL;

        CHECK_OK(copy(&world, &there));
        CHECK_INT(snapshot_number(&there, "DELETE FROM used_jwt WHERE exp > 7"), -1);
        CHECK_INT(snapshot_number(&there, "DELETE FROM audit"), -1);
        CHECK_INT(snapshot_number(&there, "INSERT INTO unfinished_copy VALUES "
                                          "(CAST('the source' AS BLOB))"),
                  -1);
        world_locate(&there, &location);
        CHECK_ERR(store_open(&location, &store), ERR_COPY_UNFINISHED);
        CHECK_OK(copy(&world, &there));
        CHECK_OK(copy(&world, &there)); /* only compares */
        world_open(&there);
}

TEST(a_complete_copy_is_complete_again)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();

        CHECK_OK(copy(&world, &there));
        CHECK_OK(copy(&world, &there));
        world_open(&there);
}

TEST(a_database_is_not_copied_into_itself)
{
        struct world world CLEANUP(world_end) = world_new();
        struct slice before, value;

        CHECK_OK(STORE(&world, meta_put, &(struct named_value){"name", SLICE("value")}, &value));
        before = snapshot_dump(&world, &world.arena);
        CHECK_OK(copy(&world, &world));
        check_same(snapshot_dump(&world, &world.arena), before);
}

/* --- refused --- */

TEST(a_target_in_use_is_refused_and_left_alone)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world other CLEANUP(world_end) = world_with_client();
        struct slice before = snapshot_dump(&other, &other.arena);

        CHECK_ERR(copy(&world, &other), ERR_CONFLICT);
        check_same(snapshot_dump(&other, &other.arena), before);
}

TEST(an_unfinished_copy_of_another_database_is_refused)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();
        struct copy_report report = {0};

        CHECK_OK(copy(&world, &there));
        CHECK_INT(snapshot_number(&there, "INSERT INTO unfinished_copy VALUES (x'00')"), -1);
        CHECK_INT(snapshot_number(&there, "DELETE FROM meta"), -1);
        CHECK_ERR(copy_as(&world, &there, SOURCE, &report), ERR_CONFLICT);
        CHECK_INT(snapshot_number(&there, "SELECT COUNT(*) FROM meta"), 0);
}

/* A row that changed behind the copy's back: found, and mended by the next run. */
TEST(a_source_that_changes_is_noticed)
{
        struct world world CLEANUP(world_end) = world_rich();
        struct world there CLEANUP(world_end) = world_closed();
        struct copy_report report = {0};

        CHECK_OK(copy(&world, &there));
        CHECK_INT(snapshot_number(&there, "INSERT INTO unfinished_copy VALUES "
                                          "(CAST('the source' AS BLOB))"),
                  -1);
        CHECK_OK(STORE_AS(&world, NULL, after(9), account_disable, id(&world, 1), &audit));
        CHECK_ERR(copy_as(&world, &there, SOURCE, &report), ERR_COPY_UNFINISHED);
        CHECK_STRING(report.differs, "counter");
        CHECK_OK(copy(&world, &there));
        CHECK_OK(copy(&world, &there)); /* only compares */
}

TEST(a_damaged_log_is_not_copied)
{
        struct world world CLEANUP(world_end) = world_in_file();
        struct world there CLEANUP(world_end) = world_closed();
        char path[128];
        FILE *log;

        (void)snprintf(path, sizeof(path), "%s/revocations.log", world.folder);
        log = fopen(path, "w");
        assert_non_null(log);
        CHECK(fputs("v2 1 0 token nonsense\n", log) >= 0);
        CHECK_INT(fclose(log), 0);
        CHECK_ERR(copy(&world, &there), ERR_FIELD_MALFORMED);
}
