/* SPDX-License-Identifier: Apache-2.0
 *
 * From a body to a struct, row by row: the first row that does not fit decides the refusal.
 */
#include "http/fields.h"

#include <math.h>

#include "base/json.h"
#include "base/macros.h"
#include "base/number.h"
#include "http/field_names.h"
#include "http/field_value.h"
#include "http/json_body.h"

/* 2^63; jansson reads no number from here on as an integer. */
#define INTEGERS_END 9223372036854775808.0

/* The text of a kind that is written as a JSON string. */
static enum err decode_string(struct http_call *call, const struct field *field, const json_t *json,
                              void *ret_value)
{
        if (!json_is_string(json))
                return ERR_FIELD_TYPE;
        return field_from_text(call->arena, field, json_slice(json), ret_value);
}

static enum err decode_integer(const struct field *field, const json_t *json,
                               struct field_integer *ret_value)
{
        if (json_is_real(json) && fabs(json_real_value(json)) >= INTEGERS_END)
                return ERR_FIELD_RANGE;
        if (!json_is_integer(json))
                return ERR_FIELD_TYPE;
        return field_from_integer(field, json_integer_value(json), ret_value);
}

static enum err decode_boolean(const json_t *json, enum field_boolean *ret_value)
{
        if (!json_is_boolean(json))
                return ERR_FIELD_TYPE;
        *ret_value = json_is_true(json) ? FIELD_TRUE : FIELD_FALSE;
        return ERR_OK;
}

/* One text of a list; an empty one is kept, so that the core can refuse it with its own error. */
static enum err decode_element(struct http_call *call, const struct field *field,
                               const json_t *json, struct slice *ret_text)
{
        struct field element = *field;

        if (!json_is_string(json))
                return ERR_FIELD_TYPE;
        element.kind = FIELD_TEXT;
        *ret_text = SLICE("");
        return field_from_text(call->arena, &element, json_slice(json), ret_text);
}

/* The words of a string, as RFC 6749 section 3.3 writes scopes. */
static enum err decode_words(struct http_call *call, const struct field *field, struct slice rest,
                             struct field_texts *ret_value)
{
        struct field_texts words = {.texts = arena_array(call->arena, field->count, struct slice)};
        struct field one = *field;

        one.kind = FIELD_TEXT;
        while (words.texts && rest.size) {
                struct slice word;

                (void)slice_cut(&rest, ' ', &word);
                if (!word.size)
                        continue;
                if (words.n_texts == field->count)
                        return ERR_FIELD_TOO_LONG;
                TRY(field_from_text(call->arena, &one, word, &words.texts[words.n_texts++]));
        }
        words.present = words.n_texts > 0;
        *ret_value = words;
        return arena_check(call->arena);
}

static enum err decode_texts(struct http_call *call, const struct field *field, const json_t *json,
                             struct field_texts *ret_value)
{
        bool single = json_is_string(json) && (field->flags & FIELD_ONE_TEXT);
        size_t n_texts = single ? json_string_length(json) > 0 : json_array_size(json);
        struct slice *texts;

        if (json_is_string(json) && (field->flags & FIELD_WORDS))
                return decode_words(call, field, json_slice(json), ret_value);
        if (!single && !json_is_array(json))
                return ERR_FIELD_TYPE;
        if (n_texts > field->count)
                return ERR_FIELD_TOO_LONG;
        texts = arena_array(call->arena, n_texts, struct slice);
        if (!texts)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < n_texts; i++)
                TRY(decode_element(call, field, single ? json : json_array_get(json, i),
                                   &texts[i]));
        *ret_value = (struct field_texts){
                .present = !single || n_texts > 0,
                .texts = texts,
                .n_texts = n_texts,
        };
        return ERR_OK;
}

/* Its text without white space. */
static enum err decode_nested(struct http_call *call, const struct field *field, const json_t *json,
                              struct slice *ret_value)
{
        struct slice text;

        if (field->kind == FIELD_ARRAY ? !json_is_array(json) : !json_is_object(json))
                return ERR_FIELD_TYPE;
        text = json_text(call->arena, json);
        TRY(arena_check(call->arena));
        if (text.size > (size_t)field->maximum)
                return ERR_FIELD_TOO_LONG;
        *ret_value = text;
        return ERR_OK;
}

static enum err decode_value(struct http_call *call, const struct field *field, const json_t *json,
                             void *ret_value)
{
        switch (field->kind) {
        case FIELD_TEXT:
        case FIELD_NAME:
        case FIELD_ASCII:
        case FIELD_UUID:
        case FIELD_SECRET:
        case FIELD_BASE64:
        case FIELD_BASE64URL:
                return decode_string(call, field, json, ret_value);
        case FIELD_INTEGER:
                return decode_integer(field, json, ret_value);
        case FIELD_BOOLEAN:
                return decode_boolean(json, ret_value);
        case FIELD_TEXTS:
                return decode_texts(call, field, json, ret_value);
        case FIELD_OBJECT:
        case FIELD_ARRAY:
                return decode_nested(call, field, json, ret_value);
        case FIELD_REFUSED:
                return ERR_FIELD_MALFORMED;
        }
        return ERR_INTERNAL;
}

/* Null means absent, except for a row that distinguishes them or refuses the field altogether. */
static enum err decode_member(struct http_call *call, const struct field *field, const json_t *json,
                              void *ret_value)
{
        struct field_integer *integer = ret_value;

        if (!json)
                return ERR_OK;
        if (!json_is_null(json) || field->kind == FIELD_REFUSED)
                return decode_value(call, field, json, ret_value);
        if (field->flags & FIELD_NULLABLE)
                integer->null = true;
        return ERR_OK;
}

/* Says which other field may have been meant to be this one. */
static enum err name_explain(struct http_call *call, enum err about, const char *sentence,
                             const char *other)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(256);

        buf_put_string(&text, sentence);
        explain_value(&text, slice_from_string(other));
        buf_put_byte(&text, '.');
        return explain(&call->explanation, about, arena_copy_buf(call->arena, &text));
}

static enum err decode_object(struct http_call *call, const json_t *object,
                              const struct field *field, void *form)
{
        void *value = (char *)form + field->offset;
        enum err error = field_finish(
                call, field,
                decode_member(call, field, json_object_get(object, field->name), value), value);
        const char *other =
                error == ERR_FIELD_MISSING ? field_name_meant(object, field->name) : NULL;

        if (other)
                return name_explain(call, error, "This field is missing; the body has ", other);
        return error;
}

/* A field that is written a little differently is not ignored like others that we do not know:
 * whoever sends it would lose what it says. */
static enum err names_check(struct http_call *call, const json_t *object,
                            const struct field *fields, size_t n_fields)
{
        for (size_t i = 0; call->vocabulary->is_strict && i < n_fields; i++) {
                const char *other = json_object_get(object, fields[i].name)
                                            ? NULL
                                            : field_name_respelt(object, fields[i].name);

                if (!other)
                        continue;
                call->problem_field = fields[i].name;
                return name_explain(call, ERR_FIELD_NAME,
                                    "This field is spelled differently in the body: ", other);
        }
        return ERR_OK;
}

bool fields_body_is_form(const struct http_call *call)
{
        return body_type_is(call, SLICE("application/x-www-form-urlencoded"));
}

static enum err object_decode(struct http_call *call, const json_t *object,
                              const struct field *fields, size_t n_fields, void *ret_form)
{
        for (size_t i = 0; i < n_fields; i++)
                TRY(decode_object(call, object, &fields[i], ret_form));
        return ERR_OK;
}

enum err fields_decode_json(struct http_call *call, const struct field *fields, size_t n_fields,
                            void *ret_form)
{
        json_t *object CLEANUP(json_decrefp) = NULL;

        TRY(json_body_read(call, &object));
        TRY(names_check(call, object, fields, n_fields));
        return object_decode(call, object, fields, n_fields, ret_form);
}

enum err fields_body_open(struct http_call *call, struct fields_body *ret)
{
        *ret = (struct fields_body){.is_form = fields_body_is_form(call)};
        if (!ret->is_form)
                return json_body_read(call, &ret->object);
        ret->pairs = call->request.body;
        return ERR_OK;
}

void fields_body_close(struct fields_body *body)
{
        json_decref(body->object);
        body->object = NULL;
}

enum err fields_decode_body(struct http_call *call, const struct fields_body *body,
                            const struct field *fields, size_t n_fields, void *ret_form)
{
        if (body->is_form)
                return fields_decode_pairs(call, body->pairs, fields, n_fields, ret_form);
        TRY(names_check(call, body->object, fields, n_fields));
        return object_decode(call, body->object, fields, n_fields, ret_form);
}
