/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server watches of its database: how low the disk is, and how large the tables are.
 */
#pragma once

#include "node/node.h"
#include "node/table_sampler.h"
#include "os/disk_watch.h"
#include "store/open.h"

struct database_watch {
        struct store_location location;
        struct disk_watch *disk;
        struct table_sampler *sampler;
};

/* From then on the node's ports know how low the disk is. `node` must outlive the watch. What is
 * wrong is said on standard error. Return: ERR_OK; ERR_INTERNAL: it is to be stopped all the same.
 */
enum err database_watch_start(struct database_watch *watch, struct node *node);

/* What was not started is left as it is. */
void database_watch_stop(struct database_watch *watch);

/* Fills in the gauges of the database. */
void database_watch_read(const struct database_watch *watch, struct api_gauges *ret);
