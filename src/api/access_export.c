/* SPDX-License-Identifier: Apache-2.0
 *
 * Exporting what a developer's applications asked for, as a table of any length. It is read from
 * the store and sent piece by piece, so it takes the memory of one piece, and does not occupy the
 * store while the client reads.
 */
#include <stdlib.h>

#include "api/access_filter.h"
#include "base/macros.h"
#include "core/grants/connected.h"
#include "http/csv.h"
#include "http/respond.h"

enum {
        PIECE_ROWS = 500,
        PIECE_BYTES = 64 * 1024, /* bytes of a piece; one row may exceed it */
};

static const char table_head[] = "request_id,client_id,account_id,scopes,status,created_at,"
                                 "decided_at,exchanged_at\r\n";

/* A running export. */
struct export
{
        struct op op; /* as at the start; each piece has an arena of its own */
        struct log_query log;
        bool is_begun;
};

static void uuid_cell(struct buf *out, const struct uuid *uuid)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);

        uuid_encode(&text, uuid);
        csv_cell(out, buf_slice(&text), false);
}

static void instant_cell(struct buf *out, struct instant instant, bool is_last)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);

        if (instant.ms)
                instant_encode(&text, instant);
        csv_cell(out, buf_slice(&text), is_last);
}

static void entry_line(struct buf *out, const struct history_entry *entry)
{
        uuid_cell(out, &entry->request_id);
        uuid_cell(out, &entry->client_id);
        uuid_cell(out, &entry->account_id);
        csv_cell(out, entry->scope, false);
        csv_cell(out, slice_from_string(request_state_text(entry->state)), false);
        instant_cell(out, entry->created_at, false);
        instant_cell(out, entry->decided_at, false);
        instant_cell(out, entry->exchanged_at, true);
}

/* Produces a page of the list, in an arena of its own. */
static enum err export_next(void *context, struct buf *out, bool *ret_has_more)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct export *export = context;
        struct history_list entries;

        export->op.arena = &arena;
        TRY(store_log_list(&export->op, &export->log, &entries));
        if (!export->is_begun)
                buf_put_string(out, table_head);
        for (size_t i = 0; i < entries.n; i++)
                entry_line(out, &entries.items[i]);
        export->is_begun = true;
        export->log.page.after = entries.next;
        *ret_has_more = !list_cursor_is_none(&entries.next);
        return out->failed ? ERR_INTERNAL : ERR_OK;
}

static void export_free(void *context)
{
        free(context);
}

enum err access_logs_export_get(const struct api *api, struct http_call *call,
                                const struct session *session)
{
        struct log_query log = {.page = {.limit = PIECE_ROWS, .bytes = PIECE_BYTES}};
        struct logs_query query;
        struct export *export;

        TRY(log_filter_read(call, &query, &log.filter));
        export = malloc(sizeof(*export));
        if (!export)
                return ERR_OUT_OF_MEMORY;
        *export = (struct export){.op = op_begin(api->ports, NULL), .log = log};
        export->op.account_id = session->account.id;
        respond_header(call, "Content-Disposition",
                       SLICE("attachment; filename=\"access-logs.csv\""));
        return respond_stream(call, 200, "text/csv; charset=utf-8",
                              (struct http_stream){export_next, export_free, export});
}
