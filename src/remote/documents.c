/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of documents. A failure is not remembered as an answer: it only makes a pause until the
 * next attempt, so that a URL that fails cannot be used to send a flood of requests to its server.
 */
#include "remote/documents.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "core/clients/client_ref.h"

enum {
        DOCUMENTS = 256,    /* remembered, of LIMIT_DOCUMENT bytes each */
        FAILURE_PAUSE = 10, /* seconds */
};

/* Under the lock, like all that follows. */
struct document {
        uint8_t url[LIMIT_CLIENT_URL];
        size_t url_size; /* 0: the place is free */
        bool is_fetching;
        enum err outcome;
        int64_t until; /* of monotonic_now(): when it is forgotten */
        struct document_reply reply;
};

struct documents {
        struct document_source source;
        pthread_mutex_t lock;
        pthread_cond_t fetched;
        unsigned n_fetching, n_waiting;
        struct document items[DOCUMENTS];
};

struct documents *documents_new(const struct document_source *source)
{
        struct documents *documents = calloc(1, sizeof(*documents));

        if (!documents)
                return NULL;
        documents->source = *source;
        pthread_mutex_init(&documents->lock, NULL);
        monotonic_cond_init(&documents->fetched);
        return documents;
}

void documents_free(struct documents *documents)
{
        if (!documents)
                return;
        pthread_cond_destroy(&documents->fetched);
        pthread_mutex_destroy(&documents->lock);
        free(documents);
}

/* --- the table --- */

static struct document *document_of(struct documents *documents, struct slice url)
{
        for (size_t i = 0; i < DOCUMENTS; i++) {
                struct document *item = &documents->items[i];

                if (item->url_size && slice_equal(slice_new(item->url, item->url_size), url))
                        return item;
        }
        return NULL;
}

/* A free place, or that of the document that ends first. Return: NULL: all are being fetched, which
 * cannot be, as there are more places than fetches. */
static struct document *place_take(struct documents *documents, struct slice url)
{
        struct document *place = NULL;

        for (size_t i = 0; i < DOCUMENTS; i++) {
                struct document *item = &documents->items[i];

                if (!item->is_fetching && (!place || item->until < place->until))
                        place = item;
        }
        if (!place)
                return NULL;
        memcpy(place->url, url.data, url.size);
        place->url_size = url.size;
        return place;
}

/* What is remembered. Return: ERR_NO_ROW: nothing; the outcome of the last fetch. */
static enum err document_read(const struct document *item, struct arena *arena,
                              struct fetched_document *ret)
{
        int64_t left = item ? item->until - monotonic_now() : 0;

        if (!item || item->is_fetching || left <= 0)
                return ERR_NO_ROW;
        if (item->outcome != ERR_OK)
                return item->outcome;
        ret->text = arena_copy(arena, slice_new(item->reply.text, item->reply.size));
        ret->lifetime = left / MONOTONIC_SECOND + 1;
        return arena_check(arena);
}

/* --- fetching; called with the lock held --- */

static bool await_other(struct documents *documents, int64_t deadline)
{
        bool is_in_time;

        if (documents->n_waiting >= LIMIT_WAIT_FETCH)
                return false;
        documents->n_waiting++;
        is_in_time = monotonic_cond_wait(&documents->fetched, &documents->lock, deadline);
        documents->n_waiting--;
        return is_in_time;
}

static enum err fetch_now(struct documents *documents, struct document *item, struct slice url)
{
        struct document_reply reply;
        enum err error;

        item->is_fetching = true;
        documents->n_fetching++;
        pthread_mutex_unlock(&documents->lock);
        error = document_fetch(&documents->source, url, &reply);
        pthread_mutex_lock(&documents->lock);
        documents->n_fetching--;
        item->is_fetching = false;
        item->outcome = error;
        item->until = monotonic_in(1000 * (error == ERR_OK ? reply.lifetime : FAILURE_PAUSE));
        if (error == ERR_OK)
                item->reply = reply;
        pthread_cond_broadcast(&documents->fetched);
        return error;
}

static enum err fetch_or_wait(struct documents *documents, struct arena *arena, struct slice url,
                              struct fetched_document *ret)
{
        int64_t deadline = monotonic_in(documents->source.milliseconds);

        for (;;) {
                struct document *item = document_of(documents, url);
                enum err error = document_read(item, arena, ret);

                if (error != ERR_NO_ROW)
                        return error;
                if (item && item->is_fetching) {
                        if (!await_other(documents, deadline))
                                return ERR_BUSY;
                        continue;
                }
                if (documents->n_fetching >= LIMIT_WAIT_DOCUMENT)
                        return ERR_BUSY;
                if (!item)
                        item = place_take(documents, url);
                if (!item)
                        return ERR_BUSY;
                TRY(fetch_now(documents, item, url));
        }
}

/* --- the port --- */

static enum err on_find(void *context, struct arena *arena, struct slice url,
                        struct fetched_document *ret)
{
        struct documents *documents = context;
        enum err error;

        pthread_mutex_lock(&documents->lock);
        error = document_read(document_of(documents, url), arena, ret);
        pthread_mutex_unlock(&documents->lock);
        return error;
}

static enum err on_fetch(void *context, struct arena *arena, struct slice url,
                         struct fetched_document *ret)
{
        struct documents *documents = context;
        enum err error;

        pthread_mutex_lock(&documents->lock);
        error = fetch_or_wait(documents, arena, url, ret);
        pthread_mutex_unlock(&documents->lock);
        return error;
}

static void on_reject(void *context, struct slice url, enum err outcome)
{
        struct documents *documents = context;
        struct document *item;

        pthread_mutex_lock(&documents->lock);
        item = document_of(documents, url);
        if (item && !item->is_fetching && item->outcome == ERR_OK) {
                item->outcome = outcome;
                item->until = monotonic_in(1000 * FAILURE_PAUSE);
        }
        pthread_mutex_unlock(&documents->lock);
}

struct document_port documents_port(struct documents *documents)
{
        return (struct document_port){
                .find = on_find,
                .fetch = on_fetch,
                .reject = on_reject,
                .context = documents,
        };
}
