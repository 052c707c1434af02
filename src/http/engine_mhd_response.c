/* SPDX-License-Identifier: Apache-2.0
 *
 * A handler's response, converted for the library.
 */
#include <stdlib.h>

#include "base/event.h"
#include "base/secret.h"
#include "http/engine_mhd.h"
#include "http/respond.h"

static bool header_add(struct MHD_Response *response, const char *name, const char *value)
{
        return MHD_add_response_header(response, name, value) == MHD_YES;
}

/* All of them or, without memory, none that may be sent: a response without its Content-Security-
 * Policy, "no-store" or Retry-After would be another one. */
static bool response_headers(struct engine *engine, struct MHD_Response *response,
                             const struct http_call *call)
{
        bool is_whole;
        char id[ID_SIZE + 1] = "";

        memcpy(id, call->request.id.data, ID_SIZE);
        is_whole = header_add(response, "X-Request-Id", id) &&
                   header_add(response, "X-Content-Type-Options", "nosniff");
        if (engine->options.https)
                is_whole = is_whole &&
                           header_add(response, "Strict-Transport-Security", "max-age=31536000");
        if (atomic_load(&engine->stopping))
                is_whole = is_whole && header_add(response, "Connection", "close");
        for (size_t i = 0; is_whole && i < call->response.n_headers; i++)
                is_whole = header_add(response, call->response.headers[i].name,
                                      call->response.headers[i].value);
        return is_whole;
}

/* The library's copy of a Set-Cookie, which contains a session token and would be freed without
 * being wiped. */
struct cookie_copy {
        char *value;
};

/* Called when the response ends; the library frees its headers after this. */
static void cookie_wipe(void *context)
{
        struct cookie_copy *copy = context;

        if (copy->value)
                wipe(copy->value, strlen(copy->value));
        free(copy);
}

static struct MHD_Response *response_if(bool is_whole, struct MHD_Response *response)
{
        if (is_whole)
                return response;
        EVENT_FAULT("response", EVENT_TEXT("why", "out of memory"));
        MHD_destroy_response(response);
        return NULL;
}

static struct MHD_Response *response_with_cookie(struct engine *engine, struct http_call *call)
{
        struct buf *body = &call->response.body;
        struct cookie_copy *copy = calloc(1, sizeof(*copy));
        struct MHD_Response *response;
        bool is_whole;

        if (!copy)
                return NULL;
        response = MHD_create_response_from_buffer_with_free_callback_cls(body->size, body->data,
                                                                          cookie_wipe, copy);
        if (!response) {
                free(copy);
                return NULL;
        }
        is_whole = response_headers(engine, response, call);
        copy->value = (char *)(uintptr_t)MHD_get_response_header(response, "Set-Cookie");
        return response_if(is_whole, response);
}

static bool has_cookie(const struct http_response *response)
{
        for (size_t i = 0; i < response->n_headers; i++)
                if (strcmp(response->headers[i].name, "Set-Cookie") == 0)
                        return true;
        return false;
}

struct MHD_Response *engine_mhd_response(struct engine *engine, struct http_call *call, bool copy)
{
        struct MHD_Response *response;
        struct buf *body = &call->response.body;

        if (call->response.status == 0 || body->failed)
                respond_error(call, ERR_INTERNAL);
        if (call->arena->failed)
                respond_fault(call, ERR_OUT_OF_MEMORY);
        else if (call->response.broken)
                respond_fault(call, ERR_INTERNAL);
        if (!copy && has_cookie(&call->response))
                return response_with_cookie(engine, call);
        if (call->response.stream.next)
                response = engine_mhd_stream_new(exchange_of_call(call));
        else
                response = MHD_create_response_from_buffer(body->size, body->data,
                                                           copy ? MHD_RESPMEM_MUST_COPY
                                                                : MHD_RESPMEM_PERSISTENT);
        return response ? response_if(response_headers(engine, response, call), response) : NULL;
}
