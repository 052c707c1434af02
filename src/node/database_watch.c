/* SPDX-License-Identifier: Apache-2.0
 *
 * If the database is a file here, os/disk_watch.h watches its disk; free space inside the database
 * counts, too.
 */
#include "node/database_watch.h"

#include <errno.h>
#include <string.h>

#include "base/macros.h"
#include "core/store.h"
#include "os/complain.h"
#include "os/disk_space.h"

static uint64_t spare_in_database(void *context)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct op op = op_begin(context, &arena);
        struct store_space space = {0};

        if (store_space(&op, &space) != ERR_OK)
                return 0;
        return (uint64_t)space.n_free;
}

enum err database_watch_start(struct database_watch *watch, struct node *node)
{
        const struct config *config = node->config;
        bool is_file = *node->location.path;
        struct disk_watch_options options = {
                .path = node->location.path,
                .min_free = (uint64_t)config->store_min_free << 20,
                .spare = spare_in_database,
                .context = &node->ports,
        };

        watch->location = &node->location;
        if (is_file)
                watch->disk = disk_watch_start(&options);
        watch->sampler = table_sampler_start(&node->ports);
        if ((is_file && !watch->disk) || !watch->sampler) {
                complain("the threads for watching the disk cannot be started: %s",
                         strerror(errno));
                return ERR_INTERNAL;
        }
        if (watch->disk)
                node->ports.disk = disk_watch_port(watch->disk);
        return ERR_OK;
}

void database_watch_stop(struct database_watch *watch)
{
        table_sampler_stop(watch->sampler);
        disk_watch_stop(watch->disk);
        *watch = (struct database_watch){0};
}

void database_watch_read(const struct database_watch *watch, struct api_gauges *ret)
{
        ret->has_disk = watch->disk;
        ret->disk_free = watch->disk ? disk_watch_free(watch->disk) : 0;
        ret->log_bytes = disk_file_size(watch->location->log_path);
        table_sampler_read(watch->sampler, &ret->tables);
}
