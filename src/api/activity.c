/* SPDX-License-Identifier: Apache-2.0
 *
 * What was done with an account, for its owner: docs/protocol/http.md 2.3.
 */
#include "api/api.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "http/respond.h"

static json_t *activity_json(const struct activity *activity)
{
        json_t *object = json_object();

        json_put(object, "at", json_from_instant(activity->at));
        json_put(object, "action", json_from_slice(activity->action));
        json_put(object, "client_id", json_from_uuid_or_null(&activity->client_id));
        json_put(object, "client_name", json_from_slice_or_null(activity->client_name));
        json_put(object, "subject_id", json_from_uuid_or_null(&activity->subject_id));
        json_put(object, "address", json_from_slice_or_null(activity->address));
        return object;
}

enum err activity_get(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct activity_list activities;
        struct list_page page;
        json_t *array;

        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(store_activity_list(&op, &page, &activities));
        respond_next(call, &activities.next);
        array = json_array();
        for (size_t i = 0; i < activities.n; i++)
                json_append(array, activity_json(&activities.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}
