/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the fields of a request.
 */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/encode.h"
#include "base/macros.h"

enum { BYTES_MAXIMUM = 1 << 20 };

void refuse(const char *what)
{
        fprintf(stderr, "agtool: %s\n", what);
        exit(2);
}

/* Absent stays absent. */
struct ag_bytes get_text(const json_t *object, const char *name)
{
        const json_t *value = json_object_get(object, name);

        return ag_bytes_new(json_string_value(value), json_string_length(value));
}

struct ag_bytes get_bytes(const struct request *request, const json_t *object, const char *name)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(BYTES_MAXIMUM);
        struct ag_bytes text = get_text(object, name);
        struct slice copy;

        if (!text.data)
                return text;
        if (!hex_decode(slice_new(text.data, text.size), &bytes))
                refuse("bytes that are not hex");
        /* Present, even if there are none. */
        buf_put_byte(&bytes, 0);
        copy = arena_copy(request->arena, buf_slice(&bytes));
        return ag_bytes_new(copy.data, copy.size - 1);
}

/* NULL if absent. */
const uint8_t *get_key(const struct request *request, const char *name)
{
        struct ag_bytes bytes = get_bytes(request, request->fields, name);

        if (bytes.data && bytes.size != AG_KEY_SIZE)
                refuse("a key that is not 32 bytes");
        return bytes.data;
}

uint32_t get_number(const struct request *request, const char *name)
{
        return (uint32_t)json_integer_value(json_object_get(request->fields, name));
}

/* NULL if absent. */
const struct ag_time *get_time(const struct request *request, const char *name)
{
        const json_t *pair = json_object_get(request->fields, name);
        struct ag_time *time;

        if (!pair || json_is_null(pair))
                return NULL;
        time = arena_new(request->arena, struct ag_time);
        time->seconds = json_integer_value(json_array_get(pair, 0));
        time->nanos = (int32_t)json_integer_value(json_array_get(pair, 1));
        return time;
}

struct ag_place *get_places(const struct request *request, size_t *ret_n)
{
        const json_t *list = json_object_get(request->fields, "places");
        size_t n = json_array_size(list);
        struct ag_place *places = arena_array(request->arena, n + 1, struct ag_place);

        for (size_t i = 0; i < n; i++) {
                const json_t *place = json_array_get(list, i);

                places[i].bucket = get_bytes(request, place, "bucket");
                places[i].prefix = get_bytes(request, place, "prefix");
        }
        *ret_n = n;
        return places;
}

enum ag_mode get_mode(const struct request *request)
{
        return json_is_true(json_object_get(request->fields, "lenient")) ? AG_LENIENT : AG_STRICT;
}

enum ag_error get_api_key(const struct request *request, ag_api_key **ret_key)
{
        if (json_object_get(request->fields, "raw"))
                return ag_api_key_parse_raw(get_bytes(request, request->fields, "raw"),
                                            get_mode(request), ret_key);
        return ag_api_key_parse(get_text(request->fields, "api_key"), get_mode(request), ret_key);
}

enum ag_error get_grant(const struct request *request, ag_grant **ret_grant)
{
        return ag_grant_parse(get_text(request->fields, "grant"), get_mode(request), ret_grant);
}

/* "access", or one of "path_cipher" and, if there is one, "root_key". */
enum ag_error get_access(const struct request *request, ag_access **ret_access)
{
        struct ag_bytes message = get_bytes(request, request->fields, "access");

        if (message.data)
                return ag_access_parse(message, get_mode(request), ret_access);
        return ag_access_new(get_key(request, "root_key"),
                             (enum ag_cipher)get_number(request, "path_cipher"), ret_access);
}
