/* SPDX-License-Identifier: Apache-2.0
 *
 * dial() makes the connection, to an address that it has checked; libcurl gets the socket, and
 * never resolves or connects itself. So there is no moment between check and use.
 */
#include "remote/document_fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "base/number.h"
#include "base/uri.h"

enum {
        HTTPS_PORT = 443,
        LIMIT_URL = 1024,
        LIMIT_RESPONSE_HEAD = 16 * 1024,
};

/* One exchange. */
struct fetching {
        struct document_reply *reply;
        int socket; /* -1: libcurl has it */
        size_t head_size;
        char url[LIMIT_URL];
        char address[LIMIT_URL]; /* as libcurl's cache of names takes it */
        char problem[CURL_ERROR_SIZE];
};

/* --- what a response says --- */

/* The next directive of a list. */
static struct slice directive_cut(struct slice *rest)
{
        struct slice directive;

        (void)slice_cut(rest, ',', &directive);
        return slice_trim(directive);
}

int64_t document_lifetime(const char *cache_control)
{
        struct slice rest = slice_from_string(cache_control ? cache_control : "");
        int64_t lifetime = DOCUMENT_LIFE_USUAL;

        while (rest.size) {
                struct slice value = directive_cut(&rest), name;
                int64_t seconds;

                (void)slice_cut(&value, '=', &name);
                if (slice_equal_in_any_case(name, SLICE("no-store")) ||
                    slice_equal_in_any_case(name, SLICE("no-cache")))
                        return DOCUMENT_LIFE_LEAST;
                if (slice_equal_in_any_case(name, SLICE("max-age")) && int64_parse(value, &seconds))
                        lifetime = seconds;
        }
        if (lifetime < DOCUMENT_LIFE_LEAST)
                return DOCUMENT_LIFE_LEAST;
        return lifetime < DOCUMENT_LIFE_MOST ? lifetime : DOCUMENT_LIFE_MOST;
}

bool document_type_is_json(const char *content_type)
{
        struct slice rest = slice_from_string(content_type ? content_type : ""), type;
        size_t prefix = sizeof("application/") - 1, suffix = sizeof("+json") - 1;

        (void)slice_cut(&rest, ';', &type);
        type = slice_trim(type);
        if (slice_equal_in_any_case(type, SLICE("application/json")))
                return true;
        return type.size > prefix + suffix &&
               slice_equal_in_any_case(slice_to(type, prefix), SLICE("application/")) &&
               slice_equal_in_any_case(slice_from(type, type.size - suffix), SLICE("+json"));
}

/* --- libcurl --- */

static size_t on_bytes(char *bytes, size_t one, size_t size, void *context)
{
        struct document_reply *reply = ((struct fetching *)context)->reply;

        size *= one;
        if (size > sizeof(reply->text) - reply->size)
                return 0;
        memcpy(reply->text + reply->size, bytes, size);
        reply->size += size;
        return size;
}

static size_t on_header(char *bytes, size_t one, size_t size, void *context)
{
        struct fetching *fetching = context;

        (void)bytes;
        size *= one;
        fetching->head_size += size;
        return fetching->head_size > LIMIT_RESPONSE_HEAD ? 0 : size;
}

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
        struct fetching *fetching = context;
        int socket = fetching->socket;

        (void)purpose;
        (void)address;
        fetching->socket = -1;
        return socket < 0 ? CURL_SOCKET_BAD : socket;
}

static int on_connect(void *context, curl_socket_t socket, curlsocktype purpose)
{
        (void)context;
        (void)socket;
        (void)purpose;
        return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/* What is read from the network, and by whom. */
static void callbacks_set(CURL *curl, struct fetching *fetching)
{
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetching);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, fetching);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, fetching);
        curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_connect);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetching->problem);
}

static void options_set(CURL *curl, const struct document_source *source, struct fetching *fetching)
{
        curl_easy_setopt(curl, CURLOPT_URL, fetching->url);
        curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
        curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "grantd");
        if (*source->ca_file)
                curl_easy_setopt(curl, CURLOPT_CAINFO, source->ca_file);
        callbacks_set(curl, fetching);
}

static void curl_freep(CURL **curl)
{
        curl_easy_cleanup(*curl);
}

static void list_freep(struct curl_slist **list)
{
        curl_slist_free_all(*list);
}

/* --- one exchange --- */

/* Both texts, for libcurl. Return: where to connect. */
static struct host_port target_of(struct slice url, struct fetching *fetching, uint16_t *ret_port)
{
        struct uri uri = {0};

        *ret_port = HTTPS_PORT;
        (void)uri_parse(url, &uri);
        if (uri.at.port.data)
                (void)port_parse(uri.at.port, ret_port);
        (void)snprintf(fetching->url, sizeof(fetching->url), "%.*s", (int)url.size,
                       (const char *)url.data);
        (void)snprintf(fetching->address, sizeof(fetching->address), "%.*s:%u:0.0.0.0",
                       (int)uri.at.host.size, (const char *)uri.at.host.data, *ret_port);
        return uri.at;
}

static enum err response_check(CURL *curl, struct document_reply *reply)
{
        struct curl_header *cache = NULL;
        const char *type = NULL;
        long status = 0;

        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
        if (status != 200 || !document_type_is_json(type))
                return ERR_DOCUMENT_MALFORMED;
        if (curl_easy_header(curl, "Cache-Control", 0, CURLH_HEADER, -1, &cache) != CURLHE_OK)
                cache = NULL;
        reply->lifetime = document_lifetime(cache ? cache->value : NULL);
        return ERR_OK;
}

static enum err exchange(const struct document_source *source, struct fetching *fetching,
                         int64_t deadline)
{
        struct curl_slist *names CLEANUP(list_freep) = curl_slist_append(NULL, fetching->address);
        struct curl_slist *headers CLEANUP(list_freep) =
                curl_slist_append(NULL, "Accept: application/json");
        CURL *curl CLEANUP(curl_freep) = curl_easy_init();
        CURLcode code;

        if (!names || !headers || !curl)
                return ERR_INTERNAL;
        options_set(curl, source, fetching);
        curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)monotonic_left(deadline) + 1);
        code = curl_easy_perform(curl);
        if (code == CURLE_WRITE_ERROR)
                return ERR_DOCUMENT_MALFORMED;
        return code == CURLE_OK ? response_check(curl, fetching->reply) : ERR_DOCUMENT_UNAVAILABLE;
}

static enum err fetch(const struct document_source *source, struct slice url,
                      struct fetching *fetching)
{
        int64_t deadline = monotonic_in(source->milliseconds);
        uint16_t port;
        struct host_port at = target_of(url, fetching, &port);
        enum err error;

        if (dial(&source->dialer, &(struct dial_target){at.host, port}, deadline,
                 &fetching->socket) != ERR_OK)
                return ERR_DOCUMENT_UNAVAILABLE;
        error = exchange(source, fetching, deadline);
        if (fetching->socket >= 0)
                (void)close(fetching->socket);
        return error;
}

enum err document_fetch(const struct document_source *source, struct slice url,
                        struct document_reply *ret)
{
        struct fetching fetching = {.reply = ret, .socket = -1};
        enum err error;

        ret->size = 0;
        error = fetch(source, url, &fetching);
        if (error != ERR_OK)
                EVENT(EVENT_INFO, "metadata document", EVENT_SLICE("url", slice_to(url, 200)),
                      EVENT_TEXT("what", error_info(error)->sentence),
                      EVENT_TEXT("problem", fetching.problem));
        return error;
}
