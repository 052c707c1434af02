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

static json_t *permission_json(const struct permission *permission)
{
        json_t *object = json_object();

        json_put(object, "scopes", json_from_scope_text(permission->scope));
        json_put(object, "project_id", json_from_uuid(&permission->project_id));
        json_put(object, "issued_at", json_from_instant(permission->issued_at));
        json_put(object, "expires_at", json_from_instant(permission->ends_at));
        json_put(object, "renewable_until", json_from_instant(permission->renewable_until));
        return object;
}

/* Each permission by itself; and the rights and places of all of them, under the name that it has
 * always had as well. */
static enum err permissions_put(struct arena *arena, const struct connection *connection,
                                json_t *object)
{
        json_t *array = json_array();
        struct texts summary;

        for (size_t i = 0; i < connection->n_permissions; i++)
                json_append(array, permission_json(&connection->permissions[i]));
        json_put(object, "permissions", array);
        TRY(connection_scopes(arena, connection, &summary));
        json_put(object, "summary", json_from_texts(summary));
        json_put(object, "approved_scopes", json_from_texts(summary));
        if (!connection->permissions_are_cut)
                return ERR_OK;
        json_put(object, "permissions_truncated", json_true());
        json_put(object, "approved_scopes_truncated", json_true());
        return ERR_OK;
}

static enum err connection_json(struct arena *arena, const struct connection *connection,
                                json_t **ret)
{
        json_t *object CLEANUP(json_decrefp) = json_object();

        json_put(object, "client_id", json_from_uuid(&connection->client_id));
        json_put(object, "application_name", json_from_slice(name_shown(arena, connection->name)));
        json_put(object, "application_description", json_from_slice(connection->description));
        json_put(object, "developer_name",
                 json_from_slice(name_shown(arena, connection->developer_name)));
        json_put(object, "self_registered", json_boolean(connection->is_self_registered));
        if (connection->document.size)
                json_put(object, "metadata_document", json_from_slice(connection->document));
        if (connection->redirect_uri.size)
                json_put(object, "redirect_uri", json_from_slice(connection->redirect_uri));
        TRY(permissions_put(arena, connection, object));
        json_put(object, "access_granted_date", json_from_instant(connection->first_at));
        json_put(object, "last_access_date", json_from_instant(connection->last_at));
        json_put(object, "expires_at", json_from_instant(connection->ends_at));
        json_put(object, "is_active",
                 json_boolean(connection->n_live > 0 || connection->renewable_until.ms));
        json_put(object, "renewable_until", json_from_instant(connection->renewable_until));
        json_put(object, "last_renewal_date", json_from_instant(connection->renewed_at));
        json_put(object, "total_requests", json_integer(connection->n_requests));
        json_put(object, "enforced_by", json_string(enforced_by_text(connection->enforced_by)));
        json_put(object, "revocations_pending", json_integer(connection->n_pending));
        json_put(object, "revocations_failed", json_integer(connection->n_failed));
        *ret = take(&object);
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
