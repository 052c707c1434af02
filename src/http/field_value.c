/* SPDX-License-Identifier: Apache-2.0
 *
 * What each kind of field accepts, and how it is stored.
 */
#include "http/field_value.h"

#include "base/macros.h"
#include "base/number.h"

static bool is_printable_ascii(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if (text.data[i] < 0x20 || text.data[i] > 0x7e)
                        return false;
        return true;
}

static enum err check_size(const struct field *field, size_t size)
{
        return size > (size_t)field->maximum ? ERR_FIELD_TOO_LONG : ERR_OK;
}

/* Checks the size first, so that a long text costs nothing. */
static enum err check_text(const struct field *field, struct slice text)
{
        TRY(check_size(field, field->kind == FIELD_NAME ? slice_characters(text) : text.size));
        if (!slice_is_utf8(text) || slice_contains_byte(text, 0))
                return ERR_FIELD_MALFORMED;
        if (field->kind == FIELD_NAME && !slice_is_plain_text(text))
                return ERR_FIELD_TEXT;
        if (field->kind == FIELD_ASCII && !is_printable_ascii(text))
                return ERR_FIELD_MALFORMED;
        return ERR_OK;
}

static enum err store_uuid(struct slice text, struct field_uuid *ret_value)
{
        if (!uuid_decode(text, &ret_value->value))
                return ERR_FIELD_MALFORMED;
        ret_value->present = true;
        return ERR_OK;
}

static enum err store_base64(struct arena *arena, const struct field *field, struct slice text,
                             struct slice *ret_value)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(text.size);

        TRY(check_size(field, text.size / 4 * 3 > 2 ? text.size / 4 * 3 - 2 : 0));
        if (field->kind == FIELD_BASE64URL ? !base64url_decode(text, &bytes)
                                           : !base64_decode(text, &bytes))
                return bytes.out_of_memory ? ERR_OUT_OF_MEMORY : ERR_FIELD_MALFORMED;
        TRY(check_size(field, bytes.size));
        *ret_value = arena_copy(arena, buf_slice(&bytes));
        return ERR_OK;
}

static enum err store_number(const struct field *field, struct slice text,
                             struct field_integer *ret_value)
{
        int64_t value;

        if (!int64_parse(text, &value))
                return ERR_FIELD_TYPE;
        return field_from_integer(field, value, ret_value);
}

static enum err store_boolean(struct slice text, enum field_boolean *ret_value)
{
        if (!slice_equal(text, SLICE("true")) && !slice_equal(text, SLICE("false")))
                return ERR_FIELD_TYPE;
        *ret_value = text.size == 4 ? FIELD_TRUE : FIELD_FALSE;
        return ERR_OK;
}

enum err field_from_integer(const struct field *field, int64_t value,
                            struct field_integer *ret_value)
{
        if (value < field->minimum || value > field->maximum)
                return ERR_FIELD_RANGE;
        *ret_value = (struct field_integer){.present = true, .value = value};
        return ERR_OK;
}

static enum err store_text(struct arena *arena, const struct field *field, struct slice text,
                           struct slice *ret_value)
{
        TRY(check_text(field, text));
        *ret_value = arena_copy(arena, text);
        return ERR_OK;
}

static enum err store_secret(struct arena *arena, const struct field *field, struct slice text,
                             struct secret *ret_value)
{
        TRY(check_text(field, text));
        *ret_value = secret_copy(arena, text);
        return ERR_OK;
}

enum err field_from_text(struct arena *arena, const struct field *field, struct slice text,
                         void *ret_value)
{
        if (text.size == 0)
                return ERR_OK;
        switch (field->kind) {
        case FIELD_TEXT:
        case FIELD_NAME:
        case FIELD_ASCII:
        case FIELD_ARRAY:
                return store_text(arena, field, text, ret_value);
        case FIELD_UUID:
                return store_uuid(text, ret_value);
        case FIELD_SECRET:
                return store_secret(arena, field, text, ret_value);
        case FIELD_BASE64:
        case FIELD_BASE64URL:
                return store_base64(arena, field, text, ret_value);
        case FIELD_INTEGER:
                return store_number(field, text, ret_value);
        case FIELD_BOOLEAN:
                return store_boolean(text, ret_value);
        case FIELD_TEXTS:
        case FIELD_OBJECT:
        case FIELD_REFUSED:
                return ERR_FIELD_MALFORMED;
        }
        return ERR_INTERNAL;
}

static bool is_absent(const struct field *field, const void *value)
{
        switch (field->kind) {
        case FIELD_TEXT:
        case FIELD_NAME:
        case FIELD_ASCII:
        case FIELD_BASE64:
        case FIELD_BASE64URL:
        case FIELD_OBJECT:
        case FIELD_ARRAY:
                return ((const struct slice *)value)->size == 0;
        case FIELD_UUID:
                return !((const struct field_uuid *)value)->present;
        case FIELD_SECRET:
                return secret_is_absent(*(const struct secret *)value);
        case FIELD_INTEGER:
                return !((const struct field_integer *)value)->present &&
                       !((const struct field_integer *)value)->null;
        case FIELD_BOOLEAN:
                return *(const enum field_boolean *)value == FIELD_UNSET;
        case FIELD_TEXTS:
                return ((const struct field_texts *)value)->n_texts == 0;
        case FIELD_REFUSED:
                return true;
        }
        return true;
}

/* The row's own error that replaces the general one; ERR_OK if it has none. */
static enum err error_of_row(const struct field *field, enum err error)
{
        if (error == ERR_FIELD_TOO_LONG)
                return field->too_long;
        if (error == ERR_FIELD_MALFORMED || error == ERR_FIELD_TEXT || error == ERR_FIELD_RANGE)
                return field->malformed;
        return ERR_OK;
}

enum err field_finish(struct http_call *call, const struct field *field, enum err error,
                      const void *value)
{
        enum err own = error_of_row(field, error);

        TRY(arena_check(call->arena)); /* a fault, so not a missing field */
        if (!error && (field->flags & FIELD_REQUIRED) && is_absent(field, value))
                error = ERR_FIELD_MISSING;
        if (own)
                return own;
        if (error)
                call->problem_field = field->name;
        return error;
}
