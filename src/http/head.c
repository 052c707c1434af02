/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging request heads, by one table of the fields that matter.
 */
#include "http/head.h"

#include "base/macros.h"
#include "base/number.h"
#include "http/router.h"

enum row {
        ROW_HOST,
        ROW_LENGTH,
        ROW_CODING,
        ROW_ORIGIN,
        ROW_CONTENT_TYPE,
        ROW_AUTHORIZATION,
        ROW_COOKIE,
        ROW_USER_AGENT,
        ROW_SEC_FETCH_SITE,
        ROW_FORWARDED_FOR,
        ROW_FORWARDED_PROTO,
        ROW_IF_NONE_MATCH,
        ROW_ACCEPT_ENCODING,
        N_ROWS,
};

enum { NOT_KEPT = -1 };

/* Where each field's value is kept, and whether it may come more than once: then several are
 * joined, as RFC 9110 section 5.2 does. */
static const struct {
        const char *name;
        ptrdiff_t offset;
        bool repeatable;
} rows[N_ROWS] = {
        [ROW_HOST] = {"Host", offsetof(struct http_headers, host), false},
        [ROW_LENGTH] = {"Content-Length", NOT_KEPT, false},
        [ROW_CODING] = {"Transfer-Encoding", NOT_KEPT, false},
        [ROW_ORIGIN] = {"Origin", offsetof(struct http_headers, origin), false},
        [ROW_CONTENT_TYPE] = {"Content-Type", offsetof(struct http_headers, content_type), false},
        [ROW_AUTHORIZATION] = {"Authorization", offsetof(struct http_headers, authorization),
                               false},
        [ROW_COOKIE] = {"Cookie", offsetof(struct http_headers, cookie), false},
        [ROW_USER_AGENT] = {"User-Agent", offsetof(struct http_headers, user_agent), true},
        [ROW_SEC_FETCH_SITE] = {"Sec-Fetch-Site", offsetof(struct http_headers, sec_fetch_site),
                                false},
        [ROW_FORWARDED_FOR] = {"X-Forwarded-For", offsetof(struct http_headers, forwarded_for),
                               true},
        [ROW_FORWARDED_PROTO] = {"X-Forwarded-Proto",
                                 offsetof(struct http_headers, forwarded_proto), true},
        [ROW_IF_NONE_MATCH] = {"If-None-Match", offsetof(struct http_headers, if_none_match), true},
        [ROW_ACCEPT_ENCODING] = {"Accept-Encoding", offsetof(struct http_headers, accept_encoding),
                                 true},
};

/* RFC 9110's token: what a method and a field name are made of. */
static bool is_token(struct slice text)
{
        return text.size > 0 && slice_consists_of(text, "!#$%&'*+-.^_`|~");
}

static bool has_control(struct slice value)
{
        for (size_t i = 0; i < value.size; i++)
                if ((value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7f)
                        return true;
        return false;
}

/* A proxy's form, "http://host/path", which RFC 9112 section 3.2.2 makes every server read. */
static struct slice authority_cut(struct slice target, struct slice *ret_authority)
{
        struct slice scheme = SLICE("http://");
        size_t size = scheme.size;

        if (!slice_starts_with(target, scheme))
                return target;
        while (size < target.size && target.data[size] != '/' && target.data[size] != '?')
                size++;
        *ret_authority = slice_from(slice_to(target, size), scheme.size);
        return slice_from(target, size);
}

void head_take_target(struct http_head *head, struct slice target)
{
        struct slice rest = arena_copy(head->arena, target);

        for (size_t i = 0; i < rest.size; i++)
                if (rest.data[i] <= 0x20 || rest.data[i] >= 0x7f || rest.data[i] == '#')
                        head->broken = true;
        rest = authority_cut(rest, &head->authority);
        (void)slice_cut(&rest, '?', &head->request->path);
        head->request->query = rest;
        if (head->authority.data && !head->request->path.size)
                head->request->path = SLICE("/");
}

static void field_keep(struct http_head *head, enum row row, struct slice value)
{
        struct slice *kept =
                (struct slice *)(void *)((char *)&head->request->headers + rows[row].offset);
        struct buf joined CLEANUP(buf_deinit) = BUF_INIT(SIZE_MAX);

        if (!kept->data) {
                *kept = arena_copy(head->arena, value);
                return;
        }
        buf_put(&joined, *kept);
        buf_put(&joined, SLICE(", "));
        buf_put(&joined, value);
        *kept = arena_copy(head->arena, buf_slice(&joined));
}

static void length_read(struct http_head *head, struct slice value)
{
        int64_t length;

        if (!int64_parse(value, &length) || length < 0) {
                head->broken = true;
                return;
        }
        head->has_length = true;
        head->length = (uint64_t)length;
}

static void row_take(struct http_head *head, enum row row, struct slice value)
{
        unsigned bit = 1u << row;

        if ((head->seen & bit) && !rows[row].repeatable)
                head->broken = true;
        head->seen |= bit;
        if (row == ROW_LENGTH)
                length_read(head, value);
        if (row == ROW_CODING) {
                head->chunked = slice_equal_in_any_case(value, SLICE("chunked"));
                head->broken |= !head->chunked;
        }
        if (rows[row].offset != NOT_KEPT)
                field_keep(head, row, value);
}

void head_take_field(struct http_head *head, struct slice name, struct slice value)
{
        value = slice_trim(value);
        if (!value.data)
                value = SLICE("");
        if (!is_token(name) || has_control(value))
                head->broken = true;
        for (size_t row = 0; row < N_ROWS && !head->broken; row++)
                if (slice_equal_in_any_case(name, slice_from_string(rows[row].name)))
                        row_take(head, (enum row)row, value);
}

/* A path, or the "*" of OPTIONS. */
static bool path_is_sound(struct slice path, enum http_method method)
{
        return slice_starts_with(path, SLICE("/")) ||
               (method == HTTP_OPTIONS && slice_equal(path, SLICE("*")));
}

bool head_finish(struct http_head *head, struct slice method, struct slice version)
{
        struct http_request *request = head->request;
        struct slice host = request->headers.host;

        request->method = method_parse(method);
        if (head->broken || !is_token(method) || !host.size)
                return false;
        if (head->chunked && (head->has_length || slice_equal(version, SLICE("HTTP/1.0"))))
                return false;
        if (head->authority.data && !slice_equal(head->authority, host))
                return false;
        return path_is_sound(request->path, request->method);
}
