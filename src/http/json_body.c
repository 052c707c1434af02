/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a body as JSON, and saying why it is none.
 */
#include "http/json_body.h"

#include "base/buf.h"
#include "base/macros.h"

bool body_type_is(const struct http_call *call, struct slice expected)
{
        struct slice rest = call->request.headers.content_type, type;

        (void)slice_cut(&rest, ';', &type);
        return slice_equal_in_any_case(slice_trim(type), expected);
}

static enum err type_refuse(struct http_call *call)
{
        struct slice type = call->request.headers.content_type;
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, "Send the body with Content-Type: application/json");
        if (type.size) {
                buf_put_string(&text, ", not ");
                explain_value(&text, type);
        }
        buf_put_byte(&text, '.');
        return explain(&call->explanation, ERR_UNSUPPORTED_MEDIA_TYPE,
                       arena_copy_buf(call->arena, &text));
}

static enum err json_refuse(struct http_call *call, struct json_position position)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        if (slice_starts_with(call->request.body, SLICE("\xef\xbb\xbf"))) {
                buf_put_string(&text,
                               "The body begins with a byte order mark; send it without one.");
        } else if (position.line) {
                buf_put_string(&text, "The body is not JSON: the fault is in line ");
                buf_put_int64(&text, position.line);
                buf_put_string(&text, ", at column ");
                buf_put_int64(&text, position.column);
                buf_put_byte(&text, '.');
        }
        return explain(&call->explanation, ERR_BODY_NOT_JSON,
                       text.size ? arena_copy_buf(call->arena, &text) : (struct slice){0});
}

/* Of a body that somebody has compressed: the magic number of gzip (RFC 1952 section 2.3.1). */
static bool is_compressed(struct slice body)
{
        return slice_starts_with(body, SLICE("\x1f\x8b"));
}

enum err json_body_read(struct http_call *call, json_t **ret)
{
        struct json_position position;
        enum err error;

        if (!call->request.body.size)
                return ERR_OK;
        if (is_compressed(call->request.body))
                return explain(&call->explanation, ERR_UNSUPPORTED_MEDIA_TYPE,
                               SLICE("The body is compressed; send it as it is."));
        if (!body_type_is(call, SLICE("application/json")))
                return type_refuse(call);
        error = json_read_at(call->request.body, ret, &position);
        return error == ERR_BODY_NOT_JSON ? json_refuse(call, position) : error;
}
