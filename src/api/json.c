/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's values as JSON.
 */
#include "api/json.h"

#include "base/macros.h"
#include "core/grants/delivery.h"

json_t *json_from_texts(struct texts texts)
{
        json_t *array = json_array();

        for (size_t i = 0; i < texts.n; i++)
                json_append(array, json_from_slice(texts.items[i]));
        return array;
}

json_t *json_from_scope_text(struct slice stored)
{
        json_t *array;

        if (!stored.data)
                return json_null();
        array = json_array();
        while (stored.size) {
                struct slice item;

                (void)slice_cut(&stored, ' ', &item);
                json_append(array, json_from_slice(item));
        }
        return array;
}

struct texts texts_of_field(const struct field_texts *field)
{
        return (struct texts){.items = field->texts, .n = field->n_texts};
}

json_t *json_from_outcome(struct slice name)
{
        enum err error;

        if (!name.data)
                return json_null();
        if (error_find(name, &error))
                return json_string(error_info(error)->sentence);
        return json_from_slice(name); /* written by a newer grantd */
}

json_t *json_from_delivery(const struct delivery *delivery)
{
        bool is_done = delivery->state == DELIVERY_DONE;
        json_t *object;

        if (!delivery->exists)
                return json_null();
        object = json_object();
        json_put(object, "status", json_string(delivery_state_text(delivery->state)));
        json_put(object, "delivered_at",
                 json_from_instant(is_done ? delivery->settled_at : (struct instant){0}));
        json_put(object, "problem", json_from_outcome(delivery->problem));
        return object;
}

json_t *json_from_verdict(const struct grant_verdict *verdict)
{
        const char *reason = check_reason_text(verdict->reason);
        json_t *object = json_object();

        json_put(object, "valid", json_boolean(verdict->reason == CHECK_GOOD));
        json_put(object, "reason", reason ? json_string(reason) : json_null());
        if (verdict->has_grant)
                json_put(object, "grant_id", json_from_uuid(&verdict->grant_id));
        json_put(object, "until", json_from_instant(verdict->until));
        json_put(object, "checked",
                 json_string(verdict->is_whole ? "everything" : "revocation_and_end"));
        return object;
}
