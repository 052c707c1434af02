/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants as their user sees them, and revoking them: docs/protocol/http.md 5.5.
 */
#include "api/api.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "core/grants/connected.h"
#include "core/projects/project.h"
#include "http/respond.h"

static json_t *grant_json(const struct grant *grant, struct instant now)
{
        const char *enforced_by = enforced_by_text(grant->enforced_by);
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&grant->id));
        json_put(object, "client_id",
                 grant_is_owners(grant) ? json_null() : json_from_uuid(&grant->client_id));
        json_put(object, "project_id", json_from_uuid(&grant->project_id));
        json_put(object, "scopes", json_from_scope_text(grant->scope));
        json_put(object, "status", json_string(grant_status_text(grant, now)));
        json_put(object, "created_at", json_from_instant(grant->created_at));
        json_put(object, "expires_at", json_from_instant(grant->expires_at));
        json_put(object, "enforced_by", json_string(enforced_by));
        json_put(object, "revocation", json_from_delivery(&grant->delivery));
        return object;
}

enum err grants_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct grant_list grants;
        struct list_page page;
        json_t *array;

        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(store_grant_list(&op, &page, &grants));
        respond_next(call, &grants.next);
        array = json_array();
        for (size_t i = 0; i < grants.n; i++)
                json_append(array, grant_json(&grants.items[i], op.now));
        respond_json(call, 200, array);
        return ERR_OK;
}

/* How long a satellite may still accept a key that was in use when it was revoked there. */
enum { SATELLITE_MEMORY = 5 * 60 };

/* When a revocation is effective everywhere, at the latest: at once if storage services check
 * grants here; within a satellite's cache time if it was notified; otherwise, and in any case, when
 * the grant expires. */
static struct instant effective_by(const struct grant *grant, struct instant now)
{
        struct instant by = grant->expires_at;

        if (grant->enforced_by == ENFORCED_BY_CHECK)
                return now;
        if (grant->enforced_by == ENFORCED_BY_SATELLITE &&
            (!by.ms || by.ms > instant_add_seconds(now, SATELLITE_MEMORY).ms))
                return instant_add_seconds(now, SATELLITE_MEMORY);
        return by;
}

static const char *effective_text(enum enforced_by enforced_by)
{
        switch (enforced_by) {
        case ENFORCED_BY_CHECK:
                return "Storage that checks with this server refuses it from now on.";
        case ENFORCED_BY_SATELLITE:
                return "The satellite is being notified, and refuses it within five minutes of "
                       "that, or "
                       "at once if it was not in use. If the satellite cannot be reached, it is "
                       "notified as soon as possible.";
        case ENFORCED_BY_EXPIRY:
                break;
        }
        return "The satellite cannot be notified: the access works until it expires.";
}

static json_t *revoked_json(const struct grant *grant, struct instant now)
{
        enum enforced_by enforced_by = grant->enforced_by;
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&grant->id));
        json_put(object, "status", json_string(grant_status_text(grant, now)));
        json_put(object, "enforced_by", json_string(enforced_by_text(enforced_by)));
        json_put(object, "effective_by", json_from_instant(effective_by(grant, now)));
        json_put(object, "effective", json_string(effective_text(enforced_by)));
        return object;
}

static json_t *all_revoked_json(const struct grant *grants, size_t n, struct instant now)
{
        json_t *object = json_object(), *array = json_array();

        for (size_t i = 0; i < n; i++)
                json_append(array, revoked_json(&grants[i], now));
        json_put(object, "grants", array);
        return object;
}

enum err grant_delete_one(const struct api *api, struct http_call *call,
                          const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct grant grant;
        struct uuid id;

        if (!uuid_decode(call->request.params.values[0], &id))
                return ERR_NOT_FOUND;
        TRY(connected_revoke_grant(&op, &id, &grant));
        respond_json(call, 200, all_revoked_json(&grant, 1, op.now));
        return ERR_OK;
}

enum err access_revoke_delete(const struct api *api, struct http_call *call,
                              const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct grant_list grants;
        struct uuid client_id;
        json_t *object;

        TRY(api_path_id(call, &client_id));
        TRY(connected_revoke(&op, &client_id, &grants));
        object = all_revoked_json(grants.items, grants.n, op.now);
        if (grants.is_cut)
                json_put(object, "grants_truncated", json_true());
        respond_json(call, 200, object);
        return ERR_OK;
}
