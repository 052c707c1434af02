/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing responses: outcomes become statuses here and nowhere else.
 */
#include "http/respond.h"

#include <strings.h>

#include "base/json.h"
#include "base/macros.h"
#include "http/router.h"

/* A response header cut in two is an attack; our own code never writes one. */
static bool header_is_sound(struct slice value)
{
        for (size_t i = 0; i < value.size; i++)
                if (value.data[i] < 0x20 || value.data[i] == 0x7f)
                        return false;
        return true;
}

void respond_header(struct http_call *call, const char *name, struct slice value)
{
        struct http_response *response = &call->response;
        struct http_header header = {.name = name};
        size_t at = 0;

        header.value = arena_string(call->arena, value);
        if (!header.value)
                return; /* respond_fault() replaces this response */
        while (at < response->n_headers && (strcasecmp(name, response->headers[at].name) != 0 ||
                                            strcasecmp(name, "Set-Cookie") == 0))
                at++;
        if (at == HTTP_HEADERS_MAXIMUM || !header_is_sound(value)) {
                response->broken = true;
                return;
        }
        response->headers[at] = header;
        if (at == response->n_headers)
                response->n_headers++;
}

static void response_begin(struct http_call *call, int status, const char *content_type)
{
        respond_stream_drop(&call->response);
        call->response.status = status;
        call->response.body.maximum = HTTP_RESPONSE_MAXIMUM;
        buf_reset(&call->response.body);
        if (content_type)
                respond_header(call, "Content-Type", slice_from_string(content_type));
        if (!call->no_store)
                return;
        respond_header(call, "Cache-Control", SLICE("no-store"));
        respond_header(call, "Pragma", SLICE("no-cache"));
}

void respond_empty(struct http_call *call, int status)
{
        response_begin(call, status, NULL);
}

void respond_text(struct http_call *call, int status, const char *content_type, struct slice text)
{
        response_begin(call, status, content_type);
        buf_put(&call->response.body, text);
        if (call->response.body.failed)
                respond_error(call, ERR_INTERNAL);
}

void respond_stream_drop(struct http_response *response)
{
        struct http_stream stream = response->stream;

        response->stream = (struct http_stream){0};
        if (stream.free)
                stream.free(stream.context);
}

enum err respond_stream(struct http_call *call, int status, const char *content_type,
                        struct http_stream stream)
{
        bool has_more = false;
        enum err error;

        response_begin(call, status, content_type);
        call->response.stream = stream;
        error = stream.next(stream.context, &call->response.body, &has_more);
        if (error != ERR_OK || !has_more)
                respond_stream_drop(&call->response);
        return error;
}

static int dump_to_buf(const char *text, size_t size, void *context)
{
        struct buf *out = context;

        buf_put(out, slice_new(text, size));
        return out->failed ? -1 : 0;
}

void respond_json(struct http_call *call, int status, json_t *json)
{
        json_t *owned CLEANUP(json_decrefp) = json;

        bool is_whole;

        response_begin(call, status, "application/json");
        is_whole = owned &&
                   json_dump_callback(owned, dump_to_buf, &call->response.body, JSON_COMPACT) == 0;
        if (json_ran_out())
                respond_error(call, ERR_OUT_OF_MEMORY);
        else if (!is_whole)
                respond_error(call, ERR_INTERNAL);
}

void respond_secret(struct http_call *call, json_t *object, const char *name, struct secret secret)
{
        if (secret_is_absent(secret))
                return;
        call->no_store = true;
        json_put(object, name, json_from_slice(secret_reveal(secret)));
}

void respond_error_headers(struct http_call *call, int status)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(128);

        if (status == 401)
                respond_header(call, "WWW-Authenticate",
                               slice_from_string(call->vocabulary->challenge));
        if (status == 405) {
                methods_encode(&text, call->allowed_methods);
                respond_header(call, "Allow", buf_slice(&text));
        }
        if (status == 429 || status == 503) {
                buf_put_int64(&text, call->retry_after ? call->retry_after : RETRY_AFTER_DEFAULT);
                respond_header(call, "Retry-After", buf_slice(&text));
        }
}

struct slice respond_sentence(const struct http_call *call, enum err error)
{
        return call->explanation.about == error && call->explanation.text.data
                       ? call->explanation.text
                       : slice_from_string(error_info(error)->sentence);
}

/* A JSON object that describes `error`, prefixed with the field it concerns, if there is one. */
static void error_body_put(struct http_call *call, enum err error, const char *field,
                           struct slice sentence)
{
        struct buf *body = &call->response.body;

        buf_put(body, SLICE("{\"error\":\""));
        buf_put_string(body, respond_word(call, error)->code);
        buf_put(body, SLICE("\",\"error_description\":\""));
        if (field) {
                buf_put_string(body, field);
                buf_put(body, SLICE(": "));
        }
        buf_put(body, sentence);
        buf_put(body, SLICE("\"}"));
}

void respond_fault(struct http_call *call, enum err error)
{
        static const struct http_header headers[] = {
                {"Content-Type", "application/json"},
                {"Cache-Control", "no-store"},
                {"Pragma", "no-cache"},
        };
        struct http_response *response = &call->response;

        call->refusal = error;
        respond_stream_drop(response);
        response->status = respond_word(call, error)->status;
        memcpy(response->headers, headers, sizeof(headers));
        response->n_headers = ARRAY_SIZE(headers);
        response->body.maximum = HTTP_RESPONSE_MAXIMUM;
        buf_reset(&response->body);
        error_body_put(call, error, NULL, slice_from_string(error_info(error)->sentence));
}

/* Codes, sentences and field names are ASCII without quotes and backslashes: nothing to escape. */
void respond_error(struct http_call *call, enum err error)
{
        enum err told = error ? error : ERR_INTERNAL;
        int status = respond_word(call, told)->status;

        call->refusal = told;
        response_begin(call, status, "application/json");
        respond_error_headers(call, status);
        error_body_put(call, told, status == 400 ? call->problem_field : NULL,
                       respond_sentence(call, told));
}

int respond_page_status(const struct http_call *call, enum err error)
{
        int status = respond_word(call, error)->status;

        return status == 401 ? 400 : status;
}
