/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of two documents for each provider: its metadata and its keys.
 */
#include "remote/providers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/event.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "remote/http_client.h"

enum {
        DOCUMENTS = 16,     /* two for each of the most providers that there may be */
        CALLS_OF_A_URL = 8, /* at once, so that a slow provider leaves some to the others */
        TIMEOUT_SECONDS = 8,
        FAILURE_PAUSE = 5, /* seconds until a document is asked for again */
        LIMIT_URL = 1200,
        LIMIT_DOCUMENT = 64 * 1024, /* bytes; and of any other response */
};

struct document {
        char url[LIMIT_URL];
        uint8_t *text; /* the last that came; NULL: none */
        size_t size;
        int64_t fetched_at; /* of monotonic_now() */
        int64_t failed_at;  /* 0: the last fetch succeeded */
        bool is_fetching;
};

struct providers {
        pthread_mutex_t lock; /* protects all of it */
        pthread_cond_t fetched;
        struct document documents[DOCUMENTS];
        struct slice calls[LIMIT_WAIT_PROVIDER]; /* the URLs of those that run; absent: free */
        unsigned n_waiting;
};

struct providers *providers_new(void)
{
        struct providers *providers = calloc(1, sizeof(*providers));

        if (!providers)
                return NULL;
        pthread_mutex_init(&providers->lock, NULL);
        monotonic_cond_init(&providers->fetched);
        return providers;
}

void providers_free(struct providers *providers)
{
        if (!providers)
                return;
        for (size_t i = 0; i < DOCUMENTS; i++)
                free(providers->documents[i].text);
        pthread_cond_destroy(&providers->fetched);
        pthread_mutex_destroy(&providers->lock);
        free(providers);
}

/* --- one exchange --- */

static void client_freep(struct http_client **client)
{
        http_client_free(*client);
}

static enum err ask(struct arena *arena, const struct provider_call *call, struct secret *ret)
{
        struct http_client *client CLEANUP(client_freep) = http_client_new();
        const char *url = arena_string(arena, call->url);
        struct http_ask question = {
                .method = secret_is_absent(call->form) ? "GET" : "POST",
                .url = url,
                .bearer = call->bearer,
                .basic = call->basic,
                .form = call->form,
                .seconds = TIMEOUT_SECONDS,
                .most = LIMIT_DOCUMENT,
        };
        int status = 0;
        enum err error;

        if (!client || !url)
                return ERR_OUT_OF_MEMORY;
        error = http_client_text(client, &question, arena, &status, ret);
        if (error == ERR_OK && status == 200)
                return ERR_OK;
        EVENT(EVENT_WARNING, "login provider", EVENT_SLICE("url", slice_to(call->url, 200)),
              EVENT_INTEGER("status", status), EVENT_TEXT("problem", http_client_problem(client)));
        if (error == ERR_OK && status == 400 && !secret_is_absent(call->form))
                return ERR_PROVIDER_REFUSED;
        return error == ERR_OUT_OF_MEMORY ? error : ERR_PROVIDER_AWAY;
}

/* A free place for one more call of this URL. Return: NULL: there are enough. */
static struct slice *call_place(struct providers *providers, struct slice url)
{
        struct slice *place = NULL;
        unsigned n = 0;

        for (size_t i = 0; i < LIMIT_WAIT_PROVIDER; i++) {
                if (!providers->calls[i].size)
                        place = &providers->calls[i];
                else if (slice_equal(providers->calls[i], url))
                        n++;
        }
        return n < CALLS_OF_A_URL ? place : NULL;
}

/* With the lock held, which is given up meanwhile. */
static enum err ask_unlocked(struct providers *providers, struct arena *arena,
                             const struct provider_call *call, struct secret *ret)
{
        struct slice *place = call_place(providers, call->url);
        enum err error;

        if (!place)
                return ERR_BUSY;
        *place = call->url;
        pthread_mutex_unlock(&providers->lock);
        error = ask(arena, call, ret);
        pthread_mutex_lock(&providers->lock);
        *place = (struct slice){0};
        return error;
}

static enum err on_call(void *context, struct arena *arena, const struct provider_call *call,
                        struct secret *ret_text)
{
        struct providers *providers = context;
        enum err error;

        pthread_mutex_lock(&providers->lock);
        error = ask_unlocked(providers, arena, call, ret_text);
        pthread_mutex_unlock(&providers->lock);
        return error;
}

/* --- documents; called with the lock held --- */

/* The document of this URL, or the place for it: a free one, or that of the oldest. Return: NULL:
 * all are being fetched. */
static struct document *place_of(struct providers *providers, struct slice url)
{
        struct document *place = NULL;

        for (size_t i = 0; i < DOCUMENTS; i++) {
                struct document *item = &providers->documents[i];

                if (slice_equal(slice_from_string(item->url), url))
                        return item;
                if (!item->is_fetching && (!place || item->fetched_at < place->fetched_at))
                        place = item;
        }
        if (!place)
                return NULL;
        free(place->text);
        *place = (struct document){0};
        memcpy(place->url, url.data, url.size);
        return place;
}

static bool is_since(int64_t instant, int64_t seconds)
{
        return instant && monotonic_now() - instant < seconds * MONOTONIC_SECOND;
}

static enum err document_fetch(struct providers *providers, struct arena *arena,
                               struct document *item)
{
        const struct provider_call call = {.url = slice_from_string(item->url)};
        struct secret text = {0};
        uint8_t *copy = NULL;
        enum err error;

        item->is_fetching = true;
        error = ask_unlocked(providers, arena, &call, &text);
        item->is_fetching = false;
        pthread_cond_broadcast(&providers->fetched);
        if (error == ERR_OK) {
                copy = malloc(secret_reveal(text).size + 1);
                error = copy ? ERR_OK : ERR_OUT_OF_MEMORY;
        }
        item->failed_at = error == ERR_PROVIDER_AWAY ? monotonic_now() : 0;
        TRY(error);
        memcpy(copy, secret_reveal(text).data, secret_reveal(text).size);
        free(item->text);
        item->text = copy;
        item->size = secret_reveal(text).size;
        item->fetched_at = monotonic_now();
        return ERR_OK;
}

static enum err document_await(struct providers *providers, int64_t deadline)
{
        bool is_in_time;

        if (providers->n_waiting >= LIMIT_WAIT_PROVIDER)
                return ERR_BUSY;
        providers->n_waiting++;
        is_in_time = monotonic_cond_wait(&providers->fetched, &providers->lock, deadline);
        providers->n_waiting--;
        return is_in_time ? ERR_OK : ERR_BUSY;
}

static enum err document_read(struct providers *providers, struct arena *arena,
                              const struct provider_document *document, struct slice *ret)
{
        int64_t deadline = monotonic_in(1000 * (TIMEOUT_SECONDS + 1));

        for (;;) {
                struct document *item = place_of(providers, document->url);

                if (!item)
                        return ERR_BUSY;
                if (item->text && is_since(item->fetched_at, document->fresh)) {
                        *ret = arena_copy(arena, slice_new(item->text, item->size));
                        return arena_check(arena);
                }
                if (item->is_fetching) {
                        TRY(document_await(providers, deadline));
                        continue;
                }
                if (is_since(item->failed_at, FAILURE_PAUSE))
                        return ERR_PROVIDER_AWAY;
                TRY(document_fetch(providers, arena, item));
        }
}

static enum err on_read(void *context, struct arena *arena,
                        const struct provider_document *document, struct slice *ret_text)
{
        struct providers *providers = context;
        enum err error;

        if (document->url.size >= LIMIT_URL)
                return ERR_PROVIDER_AWAY;
        pthread_mutex_lock(&providers->lock);
        error = document_read(providers, arena, document, ret_text);
        pthread_mutex_unlock(&providers->lock);
        return error;
}

struct provider_port providers_port(struct providers *providers)
{
        return (struct provider_port){
                .read = on_read,
                .call = on_call,
                .context = providers,
        };
}
