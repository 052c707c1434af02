/* SPDX-License-Identifier: Apache-2.0
 *
 * Readings from the parts of a server.
 */
#include "node/health.h"

#include "http/engine.h"
#include "os/memory.h"
#include "store/open.h"

bool health_is_ready(void *context, const char **ret_why)
{
        struct health *health = context;

        *ret_why = "it is stopping";
        if (atomic_load(&health->is_draining))
                return false;
        *ret_why = "the outcome of a commit is unknown; restart";
        if (!store_is_sound(health->node->store))
                return false;
        *ret_why = "the key file has changed, and its keys cannot be used";
        return node_keys_are_fresh(&health->node->keys);
}

void health_read_gauges(void *context, struct api_gauges *ret)
{
        const struct health *health = context;
        struct store_connections store;
        struct engine_counts counts;
        struct kdf_status status;

        engine_counts(*health->engine, &counts);
        kdf_slots_status(health->node->slots, &status);
        *ret = (struct api_gauges){
                .derivations = status.n_derived,
                .derivations_refused = status.n_refused,
                .derivations_without_memory = status.n_without_memory,
                .rate_limit_entries = rate_limits_count(health->node->rate_limits),
                .derivation_queue = status.n_queued,
                .derivation_queue_limit = status.n_allowed,
                .memories = status.n_kept,
                .derivation_us = status.mean_us,
                .resident_bytes = os_resident_bytes(),
                .started_at = health->started_at,
                .certificate_end = atomic_load(&health->node->certificate_end),
                .connections = counts.connections,
                .exchanges = counts.exchanges,
        };
        store_count_connections(health->node->store, &store);
        ret->store_reading = store.reading;
        ret->store_idle = store.idle;
        ret->store_writing = store.writing;
        database_watch_read(health->database, ret);
}
