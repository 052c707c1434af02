/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict reading of JSON, and jansson's memory, which is wiped when it is freed.
 */
#include "base/json.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/json_number.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/secret.h"

static _Thread_local bool ran_out;

static void *noting_malloc(size_t size)
{
        void *memory = malloc(size);

        if (!memory)
                ran_out = true;
        return memory;
}

bool json_ran_out(void)
{
        bool did = ran_out;

        ran_out = false;
        return did;
}

static void wiping_free(void *memory)
{
        if (memory)
                wipe(memory, malloc_usable_size(memory));
        free(memory);
}

/* Runs before main(), so that every block is allocated and freed by the same functions. Seeding
 * here keeps jansson from opening /dev/urandom later, inside the sandbox. */
__attribute__((constructor)) static void json_prepare(void)
{
        json_set_alloc_funcs(noting_malloc, wiping_free);
        json_object_seed(0);
}

/* Return: the index after the closing quote of the string that begins at `at`, or the end of the
 *         text. */
static size_t string_skip(struct slice text, size_t at)
{
        for (at++; at < text.size && text.data[at] != '"'; at++)
                if (text.data[at] == '\\')
                        at++;
        return at < text.size ? at + 1 : text.size;
}

/* Counts brackets outside strings, before the parser recurses over them. For text that is not JSON
 * the result may be wrong; the parser refuses it. */
static bool is_too_deep(struct slice text)
{
        size_t depth = 0;

        for (size_t at = 0; at < text.size;) {
                uint8_t byte = text.data[at];

                if (byte == '"') {
                        at = string_skip(text, at);
                        continue;
                }
                if ((byte == '{' || byte == '[') && ++depth > LIMIT_JSON_DEPTH)
                        return true;
                if ((byte == '}' || byte == ']') && depth > 0)
                        depth--;
                at++;
        }
        return false;
}

/* Return: as json_read(), of any kind. */
static enum err json_parse(struct slice text, json_t **ret, struct json_position *ret_position)
{
        struct buf bounded CLEANUP(buf_deinit) = BUF_INIT(text.size);
        json_t *json CLEANUP(json_decrefp) = NULL;
        json_error_t error;

        *ret_position = (struct json_position){0};
        if (is_too_deep(text))
                return ERR_JSON_TOO_DEEP;
        if (!slice_is_utf8(text))
                return ERR_BODY_NOT_JSON;
        if (json_numbers_bound(text, &bounded))
                text = buf_slice(&bounded);
        if (bounded.failed)
                return ERR_INTERNAL;
        (void)json_ran_out();
        json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
        if (!json && json_ran_out())
                return ERR_OUT_OF_MEMORY;
        if (!json && json_error_code(&error) == json_error_duplicate_key)
                return ERR_JSON_DUPLICATE;
        if (!json) {
                *ret_position = (struct json_position){error.line, error.column};
                return ERR_BODY_NOT_JSON;
        }
        *ret = take(&json);
        return ERR_OK;
}

enum err json_read(struct slice text, json_t **ret_object)
{
        struct json_position position;

        return json_read_at(text, ret_object, &position);
}

enum err json_read_at(struct slice text, json_t **ret_object, struct json_position *ret_position)
{
        json_t *json CLEANUP(json_decrefp) = NULL;

        TRY(json_parse(text, &json, ret_position));
        if (!json_is_object(json))
                return ERR_BODY_NOT_JSON;
        *ret_object = take(&json);
        return ERR_OK;
}

enum err json_read_array(struct slice text, json_t **ret_array)
{
        json_t *json CLEANUP(json_decrefp) = NULL;
        struct json_position position;

        TRY(json_parse(text, &json, &position));
        if (!json_is_array(json))
                return ERR_BODY_NOT_JSON;
        *ret_array = take(&json);
        return ERR_OK;
}

json_t *json_from_slice(struct slice text)
{
        return text.data ? json_stringn((const char *)text.data, text.size) : json_null();
}

json_t *json_from_uuid(const struct uuid *uuid)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(UUID_TEXT_SIZE);

        uuid_encode(&text, uuid);
        return json_from_slice(buf_slice(&text));
}

json_t *json_from_uuid_or_null(const struct uuid *id)
{
        static const struct uuid none;

        return uuid_equal(id, &none) ? json_null() : json_from_uuid(id);
}

json_t *json_from_slice_or_null(struct slice text)
{
        return text.size ? json_from_slice(text) : json_null();
}

json_t *json_from_instant(struct instant instant)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(32);

        if (instant.ms == 0)
                return json_null();
        instant_encode(&text, instant);
        return json_from_slice(buf_slice(&text));
}

static int text_put(const char *part, size_t size, void *text)
{
        buf_put(text, slice_new(part, size));
        return ((struct buf *)text)->failed ? -1 : 0;
}

struct slice json_text(struct arena *arena, const json_t *json)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_ARENA);

        if (!json || json_dump_callback(json, text_put, &text, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
                text.failed = true;
        return arena_copy_buf(arena, &text);
}
