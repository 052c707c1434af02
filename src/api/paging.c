/* SPDX-License-Identifier: Apache-2.0
 *
 * A cursor is 24 bytes in base64url: eight for the number, sixteen for the id. It is opaque to
 * clients.
 */
#include "api/paging.h"

#include "base/json.h"
#include "base/macros.h"
#include "http/fields.h"
#include "http/respond.h"

enum { CURSOR_SIZE = INT64_SIZE + UUID_SIZE, CURSOR_TEXT = 32 };

enum { LIMIT_LINK = 4 * LIMIT_TARGET }; /* bytes, percent-encoded */

struct page_query {
        struct field_integer limit;
        struct slice cursor;
};

enum err cursor_read(struct http_call *call, struct slice text, struct list_cursor *ret)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(CURSOR_SIZE);
        struct list_cursor cursor = {0};

        *ret = cursor;
        if (!text.size)
                return ERR_OK;
        call->problem_field = "cursor";
        if (!base64url_decode(text, &bytes) || bytes.size != CURSOR_SIZE ||
            !int64_decode(bytes.data, &cursor.number))
                return ERR_FIELD_MALFORMED;
        memcpy(cursor.id.bytes, bytes.data + INT64_SIZE, UUID_SIZE);
        call->problem_field = NULL;
        *ret = cursor;
        return ERR_OK;
}

enum err page_read(struct http_call *call, int64_t most, struct list_page *ret)
{
        const struct field fields[] = {
                {"limit", FIELD_INTEGER, offsetof(struct page_query, limit), .minimum = 1,
                 .maximum = most},
                {"cursor", FIELD_ASCII, offsetof(struct page_query, cursor),
                 .maximum = CURSOR_TEXT},
        };
        struct page_query query = {0};

        TRY(fields_decode_query(call, fields, ARRAY_SIZE(fields), &query));
        *ret = (struct list_page){0};
        ret->limit = query.limit.present ? query.limit.value : most;
        return cursor_read(call, query.cursor, &ret->after);
}

static void cursor_put(struct buf *out, const struct list_cursor *cursor)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_LOCAL(CURSOR_SIZE);

        int64_encode(&bytes, cursor->number);
        buf_put(&bytes, uuid_slice(&cursor->id));
        base64url_encode(out, buf_slice(&bytes));
}

json_t *json_from_cursor(const struct list_cursor *next)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * CURSOR_TEXT);

        cursor_put(&text, next);
        return json_from_slice(buf_slice(&text));
}

/* Appends it as in the request, except for characters that would end the reference. */
static void raw_put(struct buf *out, struct slice raw)
{
        for (size_t i = 0; i < raw.size; i++)
                if (raw.data[i] == '<' || raw.data[i] == '>' || raw.data[i] == '"')
                        percent_encode(out, slice_new(&raw.data[i], 1), "");
                else
                        buf_put_byte(out, raw.data[i]);
}

void respond_next(struct http_call *call, const struct list_cursor *next)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINK);
        struct slice rest = call->request.query, pair;

        if (list_cursor_is_none(next))
                return;
        buf_put_byte(&text, '<');
        raw_put(&text, call->request.path);
        buf_put_byte(&text, '?');
        while (rest.size) {
                (void)slice_cut(&rest, '&', &pair);
                if (!pair.size || slice_starts_with(pair, SLICE("cursor=")))
                        continue;
                raw_put(&text, pair);
                buf_put_byte(&text, '&');
        }
        buf_put_string(&text, "cursor=");
        cursor_put(&text, next);
        buf_put_string(&text, ">; rel=\"next\"");
        if (!text.failed)
                respond_header(call, "Link", buf_slice(&text));
}

void page_put(struct http_call *call, json_t *object, int64_t limit, const struct list_cursor *next)
{
        json_put(object, "limit", json_integer(limit));
        if (!list_cursor_is_none(next))
                json_put(object, "next_cursor", json_from_cursor(next));
        respond_next(call, next);
}
