/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of the domain as JSON.
 */
#include "api/json.h"

#include "base/macros.h"

json_t *json_of_slice(struct slice text)
{
        if (!text.data)
                return json_null();
        return json_stringn((const char *)text.data, text.size);
}

json_t *json_of_uuid(const struct uuid *uuid)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(UUID_TEXT_SIZE);

        uuid_encode(&text, uuid);
        return json_of_slice(buf_slice(&text));
}

json_t *json_of_instant(struct instant instant)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(32);

        if (instant.ms == 0)
                return json_null();
        instant_encode(&text, instant);
        return text.failed ? json_null() : json_of_slice(buf_slice(&text));
}

json_t *json_of_texts(struct texts texts)
{
        json_t *array = json_array();

        for (size_t i = 0; i < texts.n; i++)
                (void)json_array_append_new(array, json_of_slice(texts.items[i]));
        return array;
}

json_t *json_of_scope_text(struct slice stored)
{
        json_t *array;

        if (!stored.data)
                return json_null();
        array = json_array();
        while (stored.size) {
                struct slice item;

                (void)slice_cut(&stored, ' ', &item);
                (void)json_array_append_new(array, json_of_slice(item));
        }
        return array;
}

struct texts texts_of_field(const struct field_texts *field)
{
        return (struct texts){.items = field->texts, .n = field->n_texts};
}
