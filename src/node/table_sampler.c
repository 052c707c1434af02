/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread that reads one table after the other, with pauses, so that the database's write-ahead
 * log is never held for longer than one table takes.
 */
#include "node/table_sampler.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "base/periodic.h"
#include "core/store.h"
#include "store/open.h"

enum {
        PERIOD_MS = 1000,
        BREATH_MS = 20,      /* between two tables */
        REST_MS = 60 * 1000, /* between two samples */
        DUTY = 100,          /* it pauses this many times as long as the last sample took */
        SAMPLER_ARENA = 1 << 16,
};

struct table_sampler {
        const struct ports *ports;
        struct periodic *periodic;
        int64_t due_at; /* of monotonic_now(), like `sampled_at`; used by its thread only */
        pthread_mutex_t lock;
        struct api_tables tables; /* under the lock, like the next */
        int64_t sampled_at;
};

/* Return: whether all tables were read, and it was not stopped. */
static bool sample(struct table_sampler *sampler, struct periodic *periodic,
                   struct api_tables *tables)
{
        for (size_t i = 0; store_table_name(i) && i < API_TABLES; i++) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(SAMPLER_ARENA);
                struct op op = op_begin(sampler->ports, &arena);
                struct api_table *table = &tables->items[i];

                table->name = store_table_name(i);
                if (store_table_size(&op, &i, &table->size) != ERR_OK)
                        return false;
                tables->n = i + 1;
                if (!periodic_wait(periodic, BREATH_MS))
                        return false;
        }
        return true;
}

static void sampler_round(struct periodic *periodic, void *context)
{
        struct table_sampler *sampler = context;
        struct api_tables tables = {0};
        int64_t begin = monotonic_now(), rest;
        bool is_whole;

        if (begin < sampler->due_at)
                return;
        is_whole = sample(sampler, periodic, &tables);
        rest = (monotonic_now() - begin) / MONOTONIC_MILLISECOND * DUTY;
        sampler->due_at = monotonic_in(rest > REST_MS ? rest : REST_MS);
        if (!is_whole)
                return;
        pthread_mutex_lock(&sampler->lock);
        sampler->tables = tables;
        sampler->sampled_at = begin;
        pthread_mutex_unlock(&sampler->lock);
}

struct table_sampler *table_sampler_start(const struct ports *ports)
{
        struct table_sampler *sampler = calloc(1, sizeof(*sampler));

        if (!sampler)
                return NULL;
        sampler->ports = ports;
        pthread_mutex_init(&sampler->lock, NULL);
        sampler->periodic = periodic_start(PERIOD_MS, sampler_round, sampler);
        if (sampler->periodic)
                return sampler;
        table_sampler_stop(sampler);
        return NULL;
}

void table_sampler_stop(struct table_sampler *sampler)
{
        if (!sampler)
                return;
        periodic_stop(sampler->periodic);
        pthread_mutex_destroy(&sampler->lock);
        free(sampler);
}

void table_sampler_read(struct table_sampler *sampler, struct api_tables *ret)
{
        pthread_mutex_lock(&sampler->lock);
        *ret = sampler->tables;
        ret->age = (monotonic_now() - sampler->sampled_at) / MONOTONIC_SECOND;
        pthread_mutex_unlock(&sampler->lock);
}
