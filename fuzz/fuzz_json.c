/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON bodies and query strings, decoded by rows of every kind.
 */
#include "api/vocabulary.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/macros.h"
#include "fuzz.h"
#include "http/fields.h"

struct form {
        struct slice text;
        struct slice name;
        struct slice ascii;
        struct field_uuid uuid;
        struct secret secret;
        struct slice base64;
        struct field_integer integer;
        enum field_boolean boolean;
        struct field_texts texts;
};

static const struct field fields[] = {
        {"text", FIELD_TEXT, offsetof(struct form, text), .maximum = 20},
        {"name", FIELD_NAME, offsetof(struct form, name), .maximum = 10},
        {"ascii", FIELD_ASCII, offsetof(struct form, ascii), .maximum = 20},
        {"uuid", FIELD_UUID, offsetof(struct form, uuid)},
        {"secret", FIELD_SECRET, offsetof(struct form, secret), .maximum = 20},
        {"base64", FIELD_BASE64, offsetof(struct form, base64), .maximum = 16},
        {"integer", FIELD_INTEGER, offsetof(struct form, integer), .flags = FIELD_NULLABLE,
         .maximum = 100, .minimum = -1},
        {"boolean", FIELD_BOOLEAN, offsetof(struct form, boolean)},
        {"refused", FIELD_REFUSED, .malformed = ERR_GRANT_TYPE},
        /* A query string has no lists. */
        {"texts", FIELD_TEXTS, offsetof(struct form, texts), .flags = FIELD_ONE_TEXT, .maximum = 20,
         .count = 3},
};

static void check_text(struct slice text, size_t maximum)
{
        REQUIRE(text.size <= maximum && slice_is_utf8(text) && !slice_contains_byte(text, 0));
}

static void check_form(const struct form *form)
{
        check_text(form->text, 20);
        check_text(form->name, 40);
        REQUIRE(slice_is_plain_text(form->name));
        check_text(form->ascii, 20);
        check_text(secret_reveal(form->secret), 20);
        REQUIRE(form->base64.size <= 16);
        REQUIRE(form->integer.value >= -1 && form->integer.value <= 100);
        REQUIRE(!(form->integer.present && form->integer.null));
        REQUIRE(form->texts.n_texts <= 3);
        for (size_t i = 0; i < form->texts.n_texts; i++)
                check_text(form->texts.texts[i], 20);
}

static void decode(struct slice input, bool is_query)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct http_call call = {.arena = &arena, .vocabulary = &vocabulary_grantd};
        struct form form = {0};
        enum err error;

        call.request.headers.content_type = SLICE("application/json; charset=utf-8");
        if (is_query)
                call.request.query = input;
        else
                call.request.body = input;
        error = is_query ? fields_decode_query(&call, fields, ARRAY_SIZE(fields) - 1, &form)
                         : fields_decode_json(&call, fields, ARRAY_SIZE(fields), &form);
        if (!error)
                check_form(&form);
}

/* Written again it reads as the same. */
static void check_round_trip(const json_t *object)
{
        char *text = json_dumps(object, JSON_COMPACT);
        json_t *again CLEANUP(json_decrefp) = NULL;

        REQUIRE(text);
        REQUIRE(!json_read(slice_from_string(text), &again));
        REQUIRE(json_equal(object, again));
        free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        json_t *object CLEANUP(json_decrefp) = NULL;

        if (size > LIMIT_BODY)
                return 0;
        if (!json_read(slice_new(data, size), &object))
                check_round_trip(object);
        decode(slice_new(data, size), false);
        decode(slice_new(data, size), true);
        return 0;
}
