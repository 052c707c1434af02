/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages of rows in the order of their keys: each page begins behind the last key of the one before.
 */
#include "store/copy_rows.h"

#include <endian.h>

#include "base/crypto.h"
#include "base/macros.h"

enum {
        KEY_COLUMNS = 3,
        PAGE_BYTES = 4 << 20, /* of a page, and of one more row */
        PAGE_ARENA = 64 << 20,
        ROW_BYTES = 32 << 20,
};

const struct copied copied_tables[] = {
#define TABLE(name_, n_key, key_kinds_, key, key_down, n, kinds_, columns)                         \
        {.name = #name_,                                                                           \
         .key_kinds = (key_kinds_),                                                                \
         .kinds = (kinds_),                                                                        \
         .count = STATEMENT_ROWS_OF_##name_,                                                       \
         .read = STATEMENT_COPY_READ_##name_,                                                      \
         .last = STATEMENT_COPY_LAST_##name_,                                                      \
         .write = STATEMENT_COPY_WRITE_##name_,                                                    \
         .clear = STATEMENT_COPY_CLEAR_##name_},
#include "store/tables.def"
};
const size_t n_copied_tables = ARRAY_SIZE(copied_tables);

/* --- pages --- */

/* The key lies in the page before, so there are two arenas in turns. */
struct pages {
        struct sql sql;
        const struct copied *table;
        struct arena arenas[2];
        unsigned turn;
        struct sql_value key[KEY_COLUMNS];
        struct sql_rows rows;
};

static void pages_deinit(struct pages *pages)
{
        arena_deinit(&pages->arenas[0]);
        arena_deinit(&pages->arenas[1]);
}

/* Less than every key: nothing is kept under an empty name or digest, or the lowest number. */
static struct sql_value least_of(char kind)
{
        if (kind == 'i')
                return sql_integer(INT64_MIN);
        return kind == 't' ? sql_text(SLICE("")) : sql_blob(SLICE(""));
}

static struct pages pages_of(const struct sql *sql, const struct copied *table)
{
        struct pages pages = {.sql = *sql,
                              .table = table,
                              .arenas = {ARENA_INIT(PAGE_ARENA), ARENA_INIT(PAGE_ARENA)}};

        for (size_t i = 0; table->key_kinds[i]; i++)
                pages.key[i] = least_of(table->key_kinds[i]);
        return pages;
}

static void key_take(struct pages *pages, size_t row)
{
        for (size_t i = 0; pages->table->key_kinds[i]; i++)
                pages->key[i] = *sql_at(&pages->rows, row, i);
}

static struct sql *pages_turn(struct pages *pages)
{
        pages->turn = !pages->turn;
        pages->sql.arena = &pages->arenas[pages->turn];
        arena_reset(pages->sql.arena);
        pages->rows = (struct sql_rows){.bytes_maximum = PAGE_BYTES};
        return &pages->sql;
}

/* From the row behind the last one of `sql` on. */
static enum err pages_skip(struct pages *pages, struct sql *sql)
{
        struct sql there = *sql;

        there.arena = pages_turn(pages)->arena;
        TRY(sql_run(&there, pages->table->last, NULL, 0, &pages->rows));
        if (pages->rows.n_rows)
                key_take(pages, 0);
        return ERR_OK;
}

/* The next page; without rows at the end. */
static enum err pages_next(struct pages *pages)
{
        struct sql *sql = pages_turn(pages);

        TRY(sql_run(sql, pages->table->read, pages->key, strlen(pages->table->key_kinds),
                    &pages->rows));
        if (pages->rows.n_rows)
                key_take(pages, pages->rows.n_rows - 1);
        return ERR_OK;
}

/* --- copying --- */

enum err target_write(struct copy_sides *sides, enum err (*body)(struct sql *, const void *),
                      const void *in)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(PAGE_ARENA);
        struct sql sql = sides->target;
        enum err error;

        sql.arena = &arena;
        TRY(sql.driver->begin_migration(sql.connection));
        error = body(&sql, in);
        if (error == ERR_OK && sql.driver->commit(sql.connection) != SQL_COMMITTED)
                error = ERR_STORE_UNAVAILABLE;
        if (error != ERR_OK)
                sql.driver->roll_back(sql.connection);
        return error;
}

/* Some tables have parts for times, which must be there. */
static enum err room_make(struct sql *sql, const struct pages *pages, size_t row, int64_t *room)
{
        int64_t key = sql_get_integer(&pages->rows, row, 0);

        if (pages->table->kinds[0] != 'i' || key < *room)
                return ERR_OK;
        return SQL_INTEGER_OF(sql, COPY_ROOM, room, sql_text(slice_from_string(pages->table->name)),
                              sql_integer(key));
}

static enum err page_write(struct sql *sql, const void *in)
{
        const struct pages *pages = in;
        const struct sql_rows *rows = &pages->rows;
        int64_t room = INT64_MIN;

        for (size_t i = 0; i < rows->n_rows; i++) {
                TRY(room_make(sql, pages, i, &room));
                TRY(sql_run(sql, pages->table->write, &rows->values[i * rows->n_columns],
                            rows->n_columns, NULL));
                arena_reset(sql->arena);
        }
        return ERR_OK;
}

static enum err count(const struct sql *sql, const struct copied *table, int64_t *ret)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct sql own = *sql;

        own.arena = &arena;
        return sql_integer_of(&own, table->count, NULL, 0, ret);
}

enum err rows_copy(struct copy_sides *sides, const struct copied *table)
{
        struct pages pages CLEANUP(pages_deinit) = pages_of(&sides->source, table);
        const struct copy_task *task = sides->task;
        int64_t n_done, n_total;

        TRY(count(&sides->source, table, &n_total));
        TRY(count(&sides->copied, table, &n_done));
        TRY(pages_skip(&pages, &sides->copied));
        do {
                task->progress(task->context, table->name, n_done, n_total);
                TRY(pages_next(&pages));
                if (pages.rows.n_rows)
                        TRY(target_write(sides, page_write, &pages));
                n_done += (int64_t)pages.rows.n_rows;
        } while (pages.rows.n_rows);
        return ERR_OK;
}

/* --- comparing --- */

static void number_put(struct buf *out, int64_t number)
{
        uint64_t bytes = htobe64((uint64_t)number);

        buf_put(out, slice_new(&bytes, sizeof(bytes)));
}

/* Each value with its kind and its size, so that no two rows have the same bytes. */
static void value_put(struct buf *out, char kind, const struct sql_value *value)
{
        buf_put_byte(out, value->kind == SQL_NULL ? 'n' : (uint8_t)kind);
        if (value->kind == SQL_INTEGER)
                number_put(out, value->integer);
        if (value->kind != SQL_BLOB && value->kind != SQL_TEXT)
                return;
        number_put(out, (int64_t)value->bytes.size);
        buf_put(out, value->bytes);
}

static enum err row_add(const struct pages *pages, size_t row, struct buf *room,
                        struct digest *digest)
{
        buf_reset(room);
        buf_put(room, SLICE_ARRAY(digest->bytes));
        for (size_t i = 0; pages->table->kinds[i]; i++)
                value_put(room, pages->table->kinds[i], sql_at(&pages->rows, row, i));
        if (room->failed)
                return ERR_OUT_OF_MEMORY;
        crypto_sha256(buf_slice(room), digest);
        return ERR_OK;
}

/* The rows are counted in another way too, which finds what the pages leave out. */
enum err rows_digest(struct sql *sql, const struct copied *table, struct copy_content *ret)
{
        struct buf room CLEANUP(buf_deinit) = BUF_INIT(ROW_BYTES);
        struct pages pages CLEANUP(pages_deinit) = pages_of(sql, table);
        struct copy_content content = {.name = table->name};
        int64_t n = 0;

        do {
                TRY(pages_next(&pages));
                for (size_t i = 0; i < pages.rows.n_rows; i++)
                        TRY(row_add(&pages, i, &room, &content.digest));
                n += (int64_t)pages.rows.n_rows;
        } while (pages.rows.n_rows);
        TRY(count(sql, table, &content.n_rows));
        if (n != content.n_rows)
                return ERR_INTERNAL;
        *ret = content;
        return ERR_OK;
}
