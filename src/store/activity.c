/* SPDX-License-Identifier: Apache-2.0
 *
 * What was done with an account, for its owner. Two lists that an index has each, of the audit
 * trail and of grants, become one. Of the same millisecond, entries of the trail come first.
 */
#include "base/macros.h"
#include "store/operations.h"

enum { TIME_SIZE = 6 }; /* bytes of a UUIDv7 that are its milliseconds */

/* --- where a page begins --- */

/* A cursor has the id of a grant, or as sql_cursor_of_row() the number of an entry and zeros. */
static bool is_of_entry(const struct list_cursor *cursor)
{
        static const uint8_t zeros[UUID_SIZE - INT64_SIZE];

        return memcmp(cursor->id.bytes + INT64_SIZE, zeros, sizeof(zeros)) == 0;
}

/* Behind a grant come the entries of earlier milliseconds. */
static int64_t entry_before(const struct list_cursor *after)
{
        return is_of_entry(after) ? sql_cursor_row(after) : 0;
}

/* Behind an entry come the grants of its millisecond. */
static struct uuid grant_before(const struct list_cursor *after)
{
        uint64_t ms = list_cursor_is_none(after) ? UINT64_MAX : (uint64_t)after->number;
        struct uuid id;

        if (!is_of_entry(after))
                return after->id;
        memset(id.bytes, 255, sizeof(id.bytes));
        for (size_t i = 0; i < TIME_SIZE; i++)
                id.bytes[i] = (uint8_t)(ms >> (8 * (TIME_SIZE - 1 - i)));
        return id;
}

/* --- the two lists --- */

static struct activity entry_of_row(const struct sql_rows *rows, size_t row)
{
        struct instant at = sql_get_instant(rows, row, 0);

        return (struct activity){
                .at = at,
                .action = sql_get_bytes(rows, row, 2),
                .client_id = sql_get_uuid(rows, row, 3),
                .client_name = sql_get_bytes(rows, row, 4),
                .subject_id = sql_get_uuid(rows, row, 5),
                .address = sql_get_bytes(rows, row, 6),
                .place = sql_cursor_of_row(at, sql_get_integer(rows, row, 1)),
        };
}

/* One that no application got has no action: the owner's own is an entry of the trail. */
static struct activity grant_of_row(const struct sql_rows *rows, size_t row)
{
        struct uuid id = sql_get_uuid(rows, row, 0);
        struct activity activity = {
                .action = sql_get_integer(rows, row, 4) ? SLICE("exchange") : (struct slice){0},
                .at = sql_get_instant(rows, row, 1),
                .client_id = sql_get_uuid(rows, row, 2),
                .client_name = sql_get_bytes(rows, row, 3),
                .subject_id = id,
                .place = {.id = id},
        };

        for (size_t i = 0; i < TIME_SIZE; i++)
                activity.place.number = activity.place.number << 8 | id.bytes[i];
        return activity;
}

/* --- both as one --- */

/* Where a list was cut, what comes next of it is not known: so the page ends there. */
static bool is_at_cut(const struct activity_list *list, size_t i)
{
        return list->is_cut && i == list->n;
}

static void merge(const struct activity_list *entries, const struct activity_list *grants,
                  int64_t limit, struct activity_list *ret)
{
        struct list_cursor place = {0};
        size_t i = 0, j = 0;

        while (ret->n < (size_t)limit && (i < entries->n || j < grants->n) &&
               !is_at_cut(entries, i) && !is_at_cut(grants, j)) {
                bool is_entry = j == grants->n ||
                                (i < entries->n &&
                                 entries->items[i].place.number >= grants->items[j].place.number);
                const struct activity *next = is_entry ? &entries->items[i++] : &grants->items[j++];

                place = next->place;
                if (next->action.size)
                        ret->items[ret->n++] = *next;
        }
        ret->is_cut = i < entries->n || j < grants->n || entries->is_cut || grants->is_cut;
        if (ret->is_cut)
                ret->next = place;
}

READ(activity_list, struct list_page, struct activity_list)
{
        struct activity_list entries = {0}, grants = {0};
        struct uuid before = grant_before(&in->after);

        TRY(SQL_PAGE(sql, ACTIVITY_ENTRIES, entry_of_row, &entries, in,
                     sql_uuid(&sql->op->account_id), sql_cursor_down(&in->after),
                     sql_integer(entry_before(&in->after))));
        TRY(SQL_PAGE(sql, ACTIVITY_GRANTS, grant_of_row, &grants, in,
                     sql_uuid(&sql->op->account_id), sql_uuid(&before)));
        *ret = (struct activity_list){
                .items = arena_alloc_array(sql->arena, entries.n + grants.n, sizeof(*ret->items))};
        if (!ret->items)
                return ERR_OUT_OF_MEMORY;
        merge(&entries, &grants, in->limit, ret);
        return ERR_OK;
}
