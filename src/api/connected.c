/* SPDX-License-Identifier: Apache-2.0
 *
 * A user's connected applications, and the requests of each: docs/protocol/http.md 5.5.
 */
#include "core/grants/connected.h"

#include "api/api.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "base/name.h"
#include "core/projects/project.h"
#include "http/respond.h"

static enum err connection_json(struct arena *arena, const struct connection *connection,
                                json_t **ret)
{
        struct texts scopes;
        json_t *object;

        TRY(connection_scopes(arena, connection, &scopes));
        object = json_object();
        json_put(object, "client_id", json_from_uuid(&connection->client_id));
        json_put(object, "application_name", json_from_slice(name_shown(arena, connection->name)));
        json_put(object, "application_description", json_from_slice(connection->description));
        json_put(object, "developer_name",
                 json_from_slice(name_shown(arena, connection->developer_name)));
        json_put(object, "approved_scopes", json_from_texts(scopes));
        if (connection->scopes_are_cut)
                json_put(object, "approved_scopes_truncated", json_true());
        json_put(object, "access_granted_date", json_from_instant(connection->first_at));
        json_put(object, "last_access_date", json_from_instant(connection->last_at));
        json_put(object, "expires_at", json_from_instant(connection->ends_at));
        json_put(object, "is_active", json_boolean(connection->n_live > 0));
        json_put(object, "total_requests", json_integer(connection->n_requests));
        json_put(object, "enforced_by", json_string(enforced_by_text(connection->enforced_by)));
        json_put(object, "revocations_pending", json_integer(connection->n_pending));
        json_put(object, "revocations_failed", json_integer(connection->n_failed));
        *ret = object;
        return ERR_OK;
}

enum err access_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        json_t *array CLEANUP(json_decrefp) = json_array();
        struct connection_list connections;
        struct list_page page;

        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(store_connection_list(&op, &page, &connections));
        for (size_t i = 0; i < connections.n; i++) {
                json_t *object = NULL;

                TRY(connection_json(call->arena, &connections.items[i], &object));
                json_append(array, object);
        }
        respond_next(call, &connections.next);
        respond_json(call, 200, take(&array));
        return ERR_OK;
}

static json_t *entry_json(const struct history_entry *entry)
{
        json_t *object = json_object();

        json_put(object, "request_id", json_from_uuid(&entry->request_id));
        json_put(object, "scopes", json_from_scope_text(entry->scope));
        json_put(object, "status", json_string(request_state_text(entry->state)));
        json_put(object, "created_at", json_from_instant(entry->created_at));
        json_put(object, "revocation", json_from_delivery(&entry->delivery));
        return object;
}

enum err access_history_get(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct history_list entries;
        struct list_page page;
        struct uuid client_id;
        json_t *array;

        if (!uuid_decode(call->request.params.values[0], &client_id))
                return ERR_NOT_FOUND;
        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(connected_history(&op, &client_id, &page, &entries));
        respond_next(call, &entries.next);
        array = json_array();
        for (size_t i = 0; i < entries.n; i++)
                json_append(array, entry_json(&entries.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}
