/* SPDX-License-Identifier: Apache-2.0
 *
 * From a query string or a form to a struct, by the same rows as a body in JSON.
 */
#include "http/field_value.h"
#include "http/fields.h"

#include "base/macros.h"

enum { LIMIT_PARAMETER_NAME = 64 }; /* bytes; no field has a longer one */

enum err query_decode(struct arena *arena, struct slice encoded, struct slice *ret_text)
{
        struct buf spaced CLEANUP(buf_deinit) = BUF_INIT(encoded.size);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(encoded.size);

        for (size_t i = 0; i < encoded.size; i++)
                buf_put_byte(&spaced, encoded.data[i] == '+' ? ' ' : encoded.data[i]);
        if (spaced.failed)
                return ERR_OUT_OF_MEMORY;
        if (!percent_decode(buf_slice(&spaced), &text))
                return text.out_of_memory ? ERR_OUT_OF_MEMORY : ERR_FIELD_MALFORMED;
        *ret_text = arena_copy_buf(arena, &text);
        return ERR_OK;
}

/* Names are hardly ever encoded, so most are compared without decoding. */
static bool key_is(struct slice encoded, struct slice name)
{
        struct buf key CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_PARAMETER_NAME);

        if (!slice_contains_byte(encoded, '%'))
                return slice_equal(encoded, name);
        return percent_decode(encoded, &key) && slice_equal(buf_slice(&key), name);
}

/* The one value of a parameter, or absent. */
static enum err parameter_find(struct arena *arena, struct slice rest, struct slice name,
                               struct slice *ret_text)
{
        struct slice encoded = {0};
        bool found = false;

        while (rest.size) {
                struct slice pair, key;

                (void)slice_cut(&rest, '&', &pair);
                (void)slice_cut(&pair, '=', &key);
                if (!key_is(key, name))
                        continue;
                if (found)
                        return ERR_JSON_DUPLICATE;
                found = true;
                encoded = pair;
        }
        return found ? query_decode(arena, encoded, ret_text) : ERR_OK;
}

/* All values of a parameter. */
static enum err parameters_find(struct http_call *call, struct slice rest,
                                const struct field *field, struct field_texts *ret)
{
        struct field_texts list = {.texts = arena_array(call->arena, field->count, struct slice)};
        struct field one = *field;

        one.kind = FIELD_TEXT;
        if (!list.texts)
                return ERR_OUT_OF_MEMORY;
        while (rest.size) {
                struct slice pair, key, text = {0};

                (void)slice_cut(&rest, '&', &pair);
                (void)slice_cut(&pair, '=', &key);
                if (!key_is(key, slice_from_string(field->name)))
                        continue;
                TRY(query_decode(call->arena, pair, &text));
                if (!text.size)
                        continue;
                if (list.n_texts == field->count)
                        return ERR_FIELD_TOO_LONG;
                TRY(field_from_text(call->arena, &one, text, &list.texts[list.n_texts++]));
        }
        list.present = list.n_texts > 0;
        *ret = list;
        return ERR_OK;
}

static enum err decode_parameter(struct http_call *call, struct slice pairs,
                                 const struct field *field, void *value)
{
        struct slice text = {0};

        if (field->kind == FIELD_TEXTS)
                return parameters_find(call, pairs, field, value);
        TRY(parameter_find(call->arena, pairs, slice_from_string(field->name), &text));
        if (field->kind == FIELD_REFUSED && text.data)
                return ERR_FIELD_MALFORMED;
        return field_from_text(call->arena, field, text, value);
}

enum err fields_decode_pairs(struct http_call *call, struct slice pairs, const struct field *fields,
                             size_t n_fields, void *ret_form)
{
        for (size_t i = 0; i < n_fields; i++) {
                void *value = (char *)ret_form + fields[i].offset;

                TRY(field_finish(call, &fields[i], decode_parameter(call, pairs, &fields[i], value),
                                 value));
        }
        return ERR_OK;
}

enum err fields_decode_query(struct http_call *call, const struct field *fields, size_t n_fields,
                             void *ret_form)
{
        return fields_decode_pairs(call, call->request.query, fields, n_fields, ret_form);
}
