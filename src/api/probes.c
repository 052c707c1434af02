/* SPDX-License-Identifier: Apache-2.0
 *
 * What a supervisor or a proxy in front asks: whether this node lives, and whether it may serve.
 */
#include "api/api.h"
#include "base/macros.h"
#include "core/upkeep/database.h"
#include "http/respond.h"

enum err health_get(const struct api *api, struct http_call *call, const struct session *session)
{
        (void)api;
        (void)session;
        respond_json(call, 200, json_pack("{s:s}", "status", "ok"));
        return ERR_OK;
}

static const char *disk_text(enum disk_level level)
{
        switch (level) {
        case DISK_PLENTY:
                return "plenty";
        case DISK_LOW:
        case DISK_VERY_LOW:
                return "low";
        case DISK_FULL:
                return "full";
        }
        return "full";
}

/* A node whose disk is full is ready: it can still read, and revocations must reach it. */
enum err ready_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        const char *why = "";

        (void)session;
        if (!api->is_ready(api->context, &why))
                return ERR_NOT_READY;
        TRY(database_check_clock(&op));
        TRY(database_check_writable(&op));
        respond_json(call, 200,
                     json_pack("{s:s, s:s}", "status", "ready", "disk",
                               disk_text(disk_level(&api->ports->disk))));
        return ERR_OK;
}
