/* SPDX-License-Identifier: Apache-2.0
 *
 * House-keeping verbs: the audit trail on its own, clean-up, named values, a sign of life.
 */
#include "base/macros.h"
#include "store/sql.h"
#include "store/verbs.h"

static enum err audit_verb(struct sql *sql, void *argument)
{
        return sql_audit_entry(sql, argument);
}

enum err audit_write(struct store *store, struct arena *arena, const struct audit_entry *entry)
{
        struct audit_entry copy = *entry;

        return sql_write(store, arena, audit_verb, &copy);
}

void audit_write_then(struct store *store, struct arena *arena, const struct audit_entry *entry,
                      struct then then)
{
        struct audit_entry *copy = arena_new(arena, struct audit_entry);

        *copy = *entry;
        sql_write_then(store, arena, audit_verb, copy, then);
}

/* --- clean-up --- */

struct cleanup_call {
        struct instant now;
        int64_t jwt_before;
        struct instant codes_before;
        struct instant audit_before;
        int64_t n;
};

enum { KEY_LOOK_STEP = 86400 }; /* seconds between two looks at the key of a gone project */

/* The keys of gone projects, once no grant under them lives; others are looked at again later. */
static enum err keys_drop(struct sql *sql, struct cleanup_call *call)
{
        struct instant minting = instant_add_seconds(call->now, -MINTING_LIFETIME);
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, PROJECT_KEYS_DROP, &rows, sql_blob(SLICE("")), sql_instant(call->now),
                    sql_instant(minting), sql_integer(LIMIT_CLEANUP - call->n)));
        call->n += (int64_t)rows.n_rows;
        if (call->n >= LIMIT_CLEANUP)
                return ERR_OK;
        return SQL_RUN(sql, PROJECT_KEYS_LATER, NULL, sql_instant(call->now),
                       sql_instant(instant_add_seconds(call->now, KEY_LOOK_STEP)));
}

static enum err cleanup_verb(struct sql *sql, void *argument)
{
        struct cleanup_call *call = argument;
        const struct {
                enum statement statement;
                int64_t before;
        } steps[] = {
                {STATEMENT_CLEAN_SEALED, call->now.ms},
                {STATEMENT_CLEAN_JWTS, call->jwt_before},
                {STATEMENT_CLEAN_SESSIONS, call->now.ms},
                {STATEMENT_CLEAN_CODES, call->codes_before.ms},
                {STATEMENT_CLEAN_AUDIT, call->audit_before.ms},
        };

        call->n = 0;
        for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
                struct sql_value values[] = {sql_integer(steps[i].before),
                                             sql_integer(LIMIT_CLEANUP - call->n)};
                struct sql_rows rows = {0};

                TRY(sql_run(sql, steps[i].statement, values, ARRAY_SIZE(values), &rows));
                call->n += (int64_t)rows.n_rows;
        }
        return keys_drop(sql, call);
}

enum err store_cleanup(struct store *store, struct arena *arena, struct instant now,
                       int64_t jwt_before, struct instant codes_before, struct instant audit_before,
                       int64_t *ret_n)
{
        struct cleanup_call call = {now, jwt_before, codes_before, audit_before, 0};

        TRY(sql_write(store, arena, cleanup_verb, &call));
        *ret_n = call.n;
        return ERR_OK;
}

static enum err waiting_verb(struct sql *sql, void *argument)
{
        struct cleanup_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, CLEAN_WAITING, &rows, sql_instant(call->now),
                    sql_integer(call->jwt_before), sql_instant(call->codes_before),
                    sql_instant(call->audit_before)));
        call->n = sql_get_integer(&rows, 0, 0);
        return ERR_OK;
}

enum err cleanup_waiting(struct store *store, struct arena *arena, struct instant now,
                         int64_t jwt_before, struct instant codes_before,
                         struct instant audit_before, int64_t *ret_n)
{
        struct cleanup_call call = {now, jwt_before, codes_before, audit_before, 0};

        TRY(sql_read(store, arena, waiting_verb, &call));
        *ret_n = call.n;
        return ERR_OK;
}

/* --- named values --- */

struct meta_call {
        struct slice name;
        struct slice value;
        struct slice *ret;
};

static enum err meta_get_verb(struct sql *sql, void *argument)
{
        struct meta_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_GET, &rows, sql_text(call->name)));
        if (rows.n_rows == 0)
                return ERR_NO_ROW;
        *call->ret = sql_get_bytes(&rows, 0, 0);
        return ERR_OK;
}

static enum err meta_put_verb(struct sql *sql, void *argument)
{
        struct meta_call *call = argument;

        TRY(SQL_RUN(sql, META_PUT, NULL, sql_text(call->name), sql_blob(call->value)));
        return meta_get_verb(sql, call);
}

enum err meta_get(struct store *store, struct arena *arena, const char *name, struct slice *ret)
{
        struct meta_call call = {slice_from_string(name), {0}, ret};

        return sql_read(store, arena, meta_get_verb, &call);
}

enum err meta_put(struct store *store, struct arena *arena, const char *name, struct slice value,
                  struct slice *ret)
{
        struct meta_call call = {slice_from_string(name), value, ret};

        return sql_write(store, arena, meta_put_verb, &call);
}

struct meta_replace_call {
        struct slice name, was, value;
};

static enum err meta_replace_verb(struct sql *sql, void *argument)
{
        const struct meta_replace_call *call = argument;
        struct sql_rows rows = {0};

        TRY(SQL_RUN(sql, META_REPLACE, &rows, sql_text(call->name), sql_blob(call->was),
                    sql_blob(call->value)));
        return rows.n_rows ? ERR_OK : ERR_NO_ROW;
}

enum err meta_replace(struct store *store, struct arena *arena, const char *name, struct slice was,
                      struct slice value)
{
        struct meta_replace_call call = {slice_from_string(name), was, value};

        return sql_write(store, arena, meta_replace_verb, &call);
}

static enum err ping_verb(struct sql *sql, void *argument)
{
        (void)argument;
        return sql_run(sql, STATEMENT_PING, NULL, 0, NULL);
}

enum err store_ping(struct store *store, struct arena *arena)
{
        return sql_read(store, arena, ping_verb, NULL);
}
