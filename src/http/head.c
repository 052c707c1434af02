/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking request heads, by one table of the fields that matter.
 */
#include "http/head.h"

#include "base/limits.h"
#include "base/macros.h"
#include "base/number.h"
#include "base/uri.h"
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
        ROW_ACCEPT,
        ROW_ACCEPT_ENCODING,
        ROW_ACCEPT_LANGUAGE,
        N_ROWS,
};

enum { NOT_KEPT = -1 };

/* Where each field's value is stored, and the separator that joins several values if it may be
 * repeated: RFC 9110 section 5.2; for cookies, which HTTP/2 splits, RFC 9113 section 8.2.3. */
static const struct {
        const char *name;
        ptrdiff_t offset;
        const char *joint;
} rows[N_ROWS] = {
        [ROW_HOST] = {"Host", offsetof(struct http_headers, host), NULL},
        [ROW_LENGTH] = {"Content-Length", NOT_KEPT, NULL},
        [ROW_CODING] = {"Transfer-Encoding", NOT_KEPT, NULL},
        [ROW_ORIGIN] = {"Origin", offsetof(struct http_headers, origin), NULL},
        [ROW_CONTENT_TYPE] = {"Content-Type", offsetof(struct http_headers, content_type), NULL},
        [ROW_AUTHORIZATION] = {"Authorization", offsetof(struct http_headers, authorization), NULL},
        [ROW_COOKIE] = {"Cookie", offsetof(struct http_headers, cookie), "; "},
        [ROW_USER_AGENT] = {"User-Agent", offsetof(struct http_headers, user_agent), ", "},
        [ROW_SEC_FETCH_SITE] = {"Sec-Fetch-Site", offsetof(struct http_headers, sec_fetch_site),
                                NULL},
        [ROW_FORWARDED_FOR] = {"X-Forwarded-For", offsetof(struct http_headers, forwarded_for),
                               ", "},
        [ROW_FORWARDED_PROTO] = {"X-Forwarded-Proto",
                                 offsetof(struct http_headers, forwarded_proto), ", "},
        [ROW_IF_NONE_MATCH] = {"If-None-Match", offsetof(struct http_headers, if_none_match), ", "},
        [ROW_ACCEPT] = {"Accept", offsetof(struct http_headers, accept), ", "},
        [ROW_ACCEPT_ENCODING] = {"Accept-Encoding", offsetof(struct http_headers, accept_encoding),
                                 ", "},
        [ROW_ACCEPT_LANGUAGE] = {"Accept-Language", offsetof(struct http_headers, accept_language),
                                 ", "},
};

/* RFC 9110's token: the syntax of methods and field names. */
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

static void head_refuse(struct http_head *head, enum err error)
{
        if (!head->refusal)
                head->refusal = error;
}

static size_t count_of(struct slice text, uint8_t byte)
{
        size_t n = 0;

        for (size_t i = 0; i < text.size; i++)
                n += text.data[i] == byte;
        return n;
}

/* A proxy's form, "http://host/path", which RFC 9112 section 3.2.2 makes every server read. */
static struct slice absolute_form_cut(struct slice target, struct slice *ret_authority)
{
        struct slice scheme = SLICE("http://");

        if (!slice_starts_with(target, scheme))
                return target;
        target = slice_from(target, scheme.size);
        *ret_authority = authority_cut(&target);
        return target;
}

void head_take_target(struct http_head *head, struct slice target)
{
        struct slice rest = arena_copy(head->arena, target);

        for (size_t i = 0; i < rest.size; i++)
                if (rest.data[i] <= 0x20 || rest.data[i] >= 0x7f || rest.data[i] == '#')
                        head_refuse(head, ERR_REQUEST_HEAD);
        if (rest.size > LIMIT_TARGET)
                head_refuse(head, ERR_TARGET_TOO_LONG);
        rest = absolute_form_cut(rest, &head->authority);
        (void)slice_cut(&rest, '?', &head->request->path);
        head->request->query = rest;
        if (count_of(rest, '&') >= LIMIT_PARAMETERS)
                head_refuse(head, ERR_PARAMETERS);
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
        buf_put_string(&joined, rows[row].joint);
        buf_put(&joined, value);
        *kept = arena_copy_buf(head->arena, &joined);
}

static void length_read(struct http_head *head, struct slice value)
{
        int64_t length;

        if (!int64_parse(value, &length) || length < 0) {
                head_refuse(head, ERR_REQUEST_HEAD);
                return;
        }
        head->has_length = true;
        head->length = (uint64_t)length;
}

static void row_take(struct http_head *head, enum row row, struct slice value)
{
        unsigned bit = 1u << row;

        if ((head->seen & bit) && !rows[row].joint)
                head_refuse(head, ERR_REQUEST_HEAD);
        head->seen |= bit;
        if (row == ROW_LENGTH)
                length_read(head, value);
        if (row == ROW_CODING) {
                head->chunked = slice_equal_in_any_case(value, SLICE("chunked"));
                if (!head->chunked)
                        head_refuse(head, ERR_REQUEST_HEAD);
        }
        if (rows[row].offset != NOT_KEPT)
                field_keep(head, row, value);
}

static bool is_row(struct slice name, size_t row)
{
        return slice_equal_in_any_case(name, slice_from_string(rows[row].name));
}

bool head_reads(struct slice name)
{
        for (size_t row = 0; row < N_ROWS; row++)
                if (is_row(name, row))
                        return true;
        return false;
}

/* A proxy that adds its own field to that of a client would leave open whose is meant. */
static void person_take(struct http_head *head, struct slice value)
{
        struct slice *person = &head->request->headers.person;

        if (person->data)
                head_refuse(head, ERR_REQUEST_HEAD);
        *person = arena_copy(head->arena, value);
}

void head_take_field(struct http_head *head, struct slice name, struct slice value)
{
        value = slice_trim(value);
        if (!value.data)
                value = SLICE("");
        head->size += name.size + value.size;
        if (++head->n_fields > LIMIT_HEAD_FIELDS || head->size > LIMIT_HEAD)
                head_refuse(head, ERR_HEAD_TOO_LARGE);
        if (!is_token(name) || has_control(value))
                head_refuse(head, ERR_REQUEST_HEAD);
        for (size_t row = 0; row < N_ROWS && !head->refusal; row++)
                if (is_row(name, row))
                        row_take(head, (enum row)row, value);
        if (head->person_field.size && slice_equal_in_any_case(name, head->person_field))
                person_take(head, value);
}

/* A path, or the "*" of OPTIONS. */
static bool path_is_sound(struct slice path, enum http_method method)
{
        return slice_starts_with(path, SLICE("/")) ||
               (method == HTTP_OPTIONS && slice_equal(path, SLICE("*")));
}

/* HTTP/1.0 has no Host, and simple health checks omit it. */
static bool host_is_sound(const struct http_head *head, struct slice version)
{
        struct slice host = head->request->headers.host;

        return host.size || (!host.data && slice_equal(version, SLICE("HTTP/1.0")));
}

enum err head_finish(struct http_head *head, struct slice method, struct slice version)
{
        struct http_request *request = head->request;

        request->method = method_parse(method);
        if (head->refusal)
                return head->refusal;
        if (!is_token(method) || !host_is_sound(head, version))
                return ERR_REQUEST_HEAD;
        if (head->chunked && (head->has_length || slice_equal(version, SLICE("HTTP/1.0"))))
                return ERR_REQUEST_HEAD;
        if (head->authority.data && !slice_equal(head->authority, request->headers.host))
                return ERR_REQUEST_HEAD;
        return path_is_sound(request->path, request->method) ? ERR_OK : ERR_REQUEST_HEAD;
}
