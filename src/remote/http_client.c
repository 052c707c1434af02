/* SPDX-License-Identifier: Apache-2.0
 *
 * One libcurl handle, which keeps its connection open between calls.
 */
#include "remote/http_client.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/macros.h"

enum {
        CONNECT_SECONDS = 5,
        TIMEOUT_SECONDS = 60,
        LIMIT_RESPONSE = 1 << 20,
        LIMIT_HEADER = 20 * 1024,
};

struct http_client {
        CURL *curl;
        char problem[CURL_ERROR_SIZE];
};

struct http_client *http_client_new(void)
{
        struct http_client *client = calloc(1, sizeof(*client));

        if (!client)
                return NULL;
        client->curl = curl_easy_init();
        if (client->curl)
                return client;
        free(client);
        return NULL;
}

void http_client_free(struct http_client *client)
{
        if (!client)
                return;
        curl_easy_cleanup(client->curl);
        free(client);
}

const char *http_client_problem(const struct http_client *client)
{
        return client->problem;
}

static size_t on_bytes(char *bytes, size_t one, size_t size, void *context)
{
        struct buf *response = context;

        buf_put(response, slice_new(bytes, one * size));
        return response->failed ? 0 : size;
}

/* `before` and the secret as a header field. Without memory it is left out, and the server refuses
 * the call. */
static struct curl_slist *authorization_add(struct curl_slist *headers, const char *before,
                                            struct slice value)
{
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(LIMIT_HEADER);

        buf_put_string(&line, before);
        buf_put(&line, value);
        buf_put_byte(&line, 0);
        return line.failed ? headers : curl_slist_append(headers, (const char *)line.data);
}

static struct curl_slist *headers_make(const struct http_ask *ask)
{
        struct buf basic CLEANUP(buf_deinit) = BUF_INIT(LIMIT_HEADER);
        struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");

        if (ask->body)
                headers = curl_slist_append(headers, "Content-Type: application/json");
        if (!secret_is_absent(ask->bearer))
                headers = authorization_add(headers, "Authorization: Bearer ",
                                            secret_reveal(ask->bearer));
        if (secret_is_absent(ask->basic))
                return headers;
        base64_encode(&basic, secret_reveal(ask->basic));
        return authorization_add(headers, "Authorization: Basic ", buf_slice(&basic));
}

static void options_set(struct http_client *client, const struct http_ask *ask,
                        struct buf *response)
{
        CURL *curl = client->curl;

        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, ask->url);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT,
                         ask->seconds ? ask->seconds : (long)TIMEOUT_SECONDS);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->problem);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, response);
}

static CURLcode perform(struct http_client *client, const struct http_ask *ask,
                        struct buf *response)
{
        struct curl_slist *headers = headers_make(ask);
        char *body = ask->body ? json_dumps(ask->body, JSON_COMPACT) : NULL;
        CURLcode code;

        options_set(client, ask, response);
        curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
        if (body)
                curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
        if (!secret_is_absent(ask->form)) {
                curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE,
                                 (long)secret_reveal(ask->form).size);
                curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, secret_reveal(ask->form).data);
        }
        code = curl_easy_perform(client->curl);
        for (struct curl_slist *at = headers; at; at = at->next)
                wipe(at->data, strlen(at->data));
        curl_slist_free_all(headers);
        if (body)
                wipe(body, strlen(body));
        free(body);
        return code;
}

/* Return: as http_client_ask(). */
static enum err respond(struct http_client *client, const struct http_ask *ask,
                        struct buf *response, int *ret_status)
{
        CURLcode code = perform(client, ask, response);
        long status = 0;

        if (code == CURLE_COULDNT_CONNECT)
                return ERR_NOT_FOUND;
        if (code != CURLE_OK)
                return ERR_INTERNAL;
        (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
        *ret_status = (int)status;
        return ERR_OK;
}

enum err http_client_ask(struct http_client *client, const struct http_ask *ask,
                         struct http_reply *ret)
{
        struct buf response CLEANUP(buf_deinit) = BUF_INIT(ask->most ? ask->most : LIMIT_RESPONSE);
        struct http_reply reply = {0};

        TRY(respond(client, ask, &response, &reply.status));
        if (response.size)
                reply.json = json_loadb((const char *)response.data, response.size, JSON_DECODE_ANY,
                                        NULL);
        *ret = reply;
        return ERR_OK;
}

enum err http_client_text(struct http_client *client, const struct http_ask *ask,
                          struct arena *arena, int *ret_status, struct secret *ret_text)
{
        struct buf response CLEANUP(buf_deinit) = BUF_INIT(ask->most ? ask->most : LIMIT_RESPONSE);

        TRY(respond(client, ask, &response, ret_status));
        *ret_text = (struct secret){.hidden = arena_copy_buf(arena, &response)};
        return arena_check(arena);
}
