/* SPDX-License-Identifier: Apache-2.0
 *
 * Watches a server's database: how full the disk is, and how large the tables are.
 */
#pragma once

#include "node/node.h"
#include "node/table_sampler.h"
#include "os/disk_watch.h"
#include "store/open.h"

struct database_watch {
        const struct store_location *location;
        struct disk_watch *disk;
        struct table_sampler *sampler;
};

/* Starts the watch; the node's ports then report how low the disk is. `node` must outlive the
 * watch. Problems are reported on standard error. Return: ERR_OK; ERR_INTERNAL: it must be stopped
 * all the same.
 */
enum err database_watch_start(struct database_watch *watch, struct node *node);

/* Does nothing for what was not started. */
void database_watch_stop(struct database_watch *watch);

/* Fills in the database's gauges. */
void database_watch_read(const struct database_watch *watch, struct api_gauges *ret);
