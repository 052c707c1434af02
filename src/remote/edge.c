/* SPDX-License-Identifier: Apache-2.0
 *
 * POST {auth_url}/v1/access.
 */
#include "remote/edge.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/event.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/macros.h"
#include "remote/http_client.h"

enum {
        TIMEOUT_SECONDS = 10,
        KEY_ID_SIZE = 28,
        SECRET_SIZE = 53,
        ENDPOINT_MAXIMUM = 512,
        URL_MAXIMUM = 2048,
};

struct edge {
        const char *auth_url;
        atomic_int n_calls;
};

struct edge *edge_new(const char *auth_url)
{
        struct edge *edge = calloc(1, sizeof(*edge));

        if (edge)
                edge->auth_url = auth_url;
        return edge;
}

void edge_free(struct edge *edge)
{
        free(edge);
}

static void client_freep(struct http_client **client)
{
        http_client_free(*client);
}

/* Copies a text of the response and wipes jansson's copy. Return: absent if it is not a text. */
static struct slice text_take(struct arena *arena, json_t *object, const char *name)
{
        json_t *value = json_object_get(object, name);
        struct slice copy;

        if (!json_is_string(value))
                return (struct slice){0};
        copy = arena_copy(arena, slice_new(json_string_value(value), json_string_length(value)));
        wipe((void *)(uintptr_t)json_string_value(value), json_string_length(value));
        return copy;
}

/* Lower-case base32 (RFC 4648 section 6). */
static bool is_base32(struct slice text, size_t size)
{
        for (size_t i = 0; i < text.size; i++)
                if (!(text.data[i] >= 'a' && text.data[i] <= 'z') &&
                    !(text.data[i] >= '2' && text.data[i] <= '7'))
                        return false;
        return text.size == size;
}

static enum err reply_read(struct arena *arena, const struct http_reply *reply,
                           struct s3_credentials *ret)
{
        struct s3_credentials credentials;

        if (reply->status != 200 || !json_is_object(reply->json))
                return ERR_EDGE_UNAVAILABLE;
        credentials = (struct s3_credentials){
                .access_key_id = {.hidden = text_take(arena, reply->json, "access_key_id")},
                .secret_key = {.hidden = text_take(arena, reply->json, "secret_key")},
                .endpoint = text_take(arena, reply->json, "endpoint"),
        };
        TRY(arena_check(arena));
        if (!is_base32(secret_reveal(credentials.access_key_id), KEY_ID_SIZE) ||
            !is_base32(secret_reveal(credentials.secret_key), SECRET_SIZE) ||
            credentials.endpoint.size == 0 || credentials.endpoint.size > ENDPOINT_MAXIMUM ||
            !slice_is_utf8(credentials.endpoint) || !slice_is_plain_text(credentials.endpoint))
                return ERR_EDGE_UNAVAILABLE;
        *ret = credentials;
        return ERR_OK;
}

static json_t *ask_body(struct secret grant)
{
        struct slice text = secret_reveal(grant);

        return json_pack("{s:s%, s:b}", "access_grant", (const char *)text.data, text.size,
                         "public", 0);
}

static enum err ask(const struct edge *edge, struct arena *arena, struct secret grant,
                    struct s3_credentials *ret)
{
        struct http_client *client CLEANUP(client_freep) = http_client_new();
        struct buf url CLEANUP(buf_deinit) = BUF_INIT(URL_MAXIMUM);
        json_t *body CLEANUP(json_decrefp) = ask_body(grant);
        struct http_reply reply = {0};
        enum err error;

        buf_put_string(&url, edge->auth_url);
        buf_put_string(&url, "/v1/access");
        buf_put_byte(&url, 0);
        if (!client || !body || url.failed)
                return ERR_INTERNAL;
        error = http_client_ask(client,
                                &(struct http_ask){.method = "POST",
                                                   .url = (const char *)url.data,
                                                   .body = body,
                                                   .seconds = TIMEOUT_SECONDS},
                                &reply);
        error = error == ERR_OK ? reply_read(arena, &reply, ret) : ERR_EDGE_UNAVAILABLE;
        json_decref(reply.json);
        if (error != ERR_OK)
                EVENT(EVENT_WARNING, "edge", EVENT_INTEGER("status", reply.status),
                      EVENT_TEXT("problem", http_client_problem(client)));
        return error;
}

static enum err on_register(void *context, struct arena *arena, struct secret grant,
                            struct s3_credentials *ret)
{
        struct edge *edge = context;
        enum err error = ERR_BUSY;

        if (!*edge->auth_url)
                return ERR_CREDENTIALS_UNKNOWN;
        if (atomic_fetch_add(&edge->n_calls, 1) < LIMIT_WAIT_EDGE)
                error = ask(edge, arena, grant, ret);
        atomic_fetch_sub(&edge->n_calls, 1);
        return error;
}

struct edge_port edge_port(struct edge *edge)
{
        return (struct edge_port){
                .is_there = *edge->auth_url != '\0',
                .register_grant = on_register,
                .context = edge,
        };
}
