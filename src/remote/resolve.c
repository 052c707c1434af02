/* SPDX-License-Identifier: Apache-2.0
 *
 * getaddrinfo() on a detached thread.
 */
#include "remote/resolve.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/monotonic.h"

enum { THREADS_MAXIMUM = 8, HOST_MAXIMUM = 256, THREAD_STACK = 256 * 1024 };

struct resolver {
        pthread_mutex_t lock;
        unsigned n_references; /* under the lock, like the next */
        unsigned n_running;
};

/* A query. Its caller and its thread each hold a reference; the last one frees it. */
struct question {
        struct resolver *resolver;
        pthread_mutex_t lock;
        pthread_cond_t answered;
        unsigned n_holders; /* under the lock, like the next two */
        bool is_answered;
        struct addrinfo *found;
        char host[HOST_MAXIMUM];
        char port[8];
};

struct resolver *resolver_new(void)
{
        struct resolver *resolver = calloc(1, sizeof(*resolver));

        if (!resolver)
                return NULL;
        pthread_mutex_init(&resolver->lock, NULL);
        resolver->n_references = 1;
        return resolver;
}

static void resolver_release(struct resolver *resolver, bool has_run)
{
        bool is_last;

        pthread_mutex_lock(&resolver->lock);
        is_last = --resolver->n_references == 0;
        resolver->n_running -= has_run;
        pthread_mutex_unlock(&resolver->lock);
        if (!is_last)
                return;
        pthread_mutex_destroy(&resolver->lock);
        free(resolver);
}

void resolver_free(struct resolver *resolver)
{
        if (resolver)
                resolver_release(resolver, false);
}

static bool resolver_hold(struct resolver *resolver)
{
        bool has_room;

        pthread_mutex_lock(&resolver->lock);
        has_room = resolver->n_running < THREADS_MAXIMUM;
        resolver->n_running += has_room;
        resolver->n_references += has_room;
        pthread_mutex_unlock(&resolver->lock);
        return has_room;
}

static int look_up(const char *host, const char *port, int flags, struct addrinfo **ret)
{
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags};

        return getaddrinfo(host, port, &hints, ret);
}

/* Called with the question's lock held; releases the lock. */
static void question_release(struct question *question)
{
        bool is_last = --question->n_holders == 0;

        pthread_mutex_unlock(&question->lock);
        if (!is_last)
                return;
        if (question->found)
                freeaddrinfo(question->found);
        pthread_cond_destroy(&question->answered);
        pthread_mutex_destroy(&question->lock);
        free(question);
}

static void *question_main(void *context)
{
        struct question *question = context;
        struct resolver *resolver = question->resolver;
        struct addrinfo *found = NULL;

        if (look_up(question->host, question->port, AI_ADDRCONFIG, &found) != 0)
                found = NULL;
        pthread_mutex_lock(&question->lock);
        question->found = found;
        question->is_answered = true;
        pthread_cond_signal(&question->answered);
        question_release(question);
        resolver_release(resolver, true);
        return NULL;
}

static struct question *question_new(struct resolver *resolver, const char *host, const char *port)
{
        struct question *question = calloc(1, sizeof(*question));

        if (!question)
                return NULL;
        question->resolver = resolver;
        question->n_holders = 2;
        (void)snprintf(question->host, sizeof(question->host), "%s", host);
        (void)snprintf(question->port, sizeof(question->port), "%s", port);
        pthread_mutex_init(&question->lock, NULL);
        monotonic_cond_init(&question->answered);
        return question;
}

/* Return: whether a thread was started for it. */
static bool question_start(struct question *question)
{
        pthread_attr_t detached;
        pthread_t thread;
        int error;

        pthread_attr_init(&detached);
        pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
        pthread_attr_setstacksize(&detached, THREAD_STACK);
        error = pthread_create(&thread, &detached, question_main, question);
        pthread_attr_destroy(&detached);
        return error == 0;
}

/* Returns the addresses found in time, and releases the question. */
static struct addrinfo *question_await(struct question *question, int64_t deadline)
{
        struct addrinfo *found;

        pthread_mutex_lock(&question->lock);
        while (!question->is_answered &&
               monotonic_cond_wait(&question->answered, &question->lock, deadline))
                ;
        found = take(&question->found);
        question_release(question);
        return found;
}

/* Only for names; numeric addresses are parsed directly. */
static struct addrinfo *name_resolve(struct resolver *resolver, const char *host, const char *port,
                                     int64_t deadline)
{
        struct question *question;

        if (!resolver_hold(resolver))
                return NULL;
        question = question_new(resolver, host, port);
        if (question && question_start(question))
                return question_await(question, deadline);
        if (question) {
                pthread_mutex_lock(&question->lock);
                question->n_holders = 1;
                question_release(question);
        }
        resolver_release(resolver, true);
        return NULL;
}

enum err resolve(struct resolver *resolver, struct slice host, uint16_t port, int64_t deadline,
                 struct addrinfo **ret)
{
        char name[HOST_MAXIMUM] = "", number[8];
        struct addrinfo *found = NULL;

        if (host.size == 0 || host.size >= sizeof(name) || slice_contains_byte(host, 0))
                return ERR_NOT_FOUND;
        memcpy(name, host.data, host.size);
        (void)snprintf(number, sizeof(number), "%u", port);
        if (look_up(name, number, AI_NUMERICHOST, &found) != 0)
                found = name_resolve(resolver, name, number, deadline);
        if (!found)
                return ERR_NOT_FOUND;
        *ret = found;
        return ERR_OK;
}
