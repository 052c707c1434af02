/* SPDX-License-Identifier: Apache-2.0
 *
 * A build without libpq knows no server.
 */
#include "server.h"

bool server_is_pooled(void)
{
        return false;
}

void server_use(const char *folder, char (*url)[256], char (*schema)[64])
{
        (void)folder;
        (void)url;
        (void)schema;
}

void server_partition(const char *url, const char *schema, int64_t since)
{
        (void)url;
        (void)schema;
        (void)since;
}

void server_clean(const char *url, const char *schema)
{
        (void)url;
        (void)schema;
}

struct slice server_copy(const char *url, const char *schema, struct arena *arena)
{
        (void)url;
        (void)schema;
        (void)arena;
        return (struct slice){0};
}

void server_restore(const char *url, const char *schema, struct slice copy)
{
        (void)url;
        (void)schema;
        (void)copy;
}

struct slice server_dump(const char *url, const char *schema, struct arena *arena)
{
        (void)url;
        (void)schema;
        (void)arena;
        return (struct slice){0};
}

int64_t server_number(const char *url, const char *schema, const char *query)
{
        (void)url;
        (void)schema;
        (void)query;
        return -1;
}
