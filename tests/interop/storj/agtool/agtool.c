/* SPDX-License-Identifier: Apache-2.0
 *
 * accessgrant.h by JSON, for tests in other languages: one object a line in, one object a line out.
 * "op" says what to do; bytes are hex, grants and API keys their text, times [seconds, nanos]. What
 * the library refuses is answered as {"error": "AG_ERR_..."}; a request that makes no sense ends
 * the program.
 */
#include <stdlib.h>

#include <jansson.h>

#include "accessgrant.h"
#include "base/arena.h"
#include "base/encode.h"
#include "base/macros.h"

#define TRY_AG(expr)                                                                               \
        do {                                                                                       \
                enum ag_error try_ = (expr);                                                       \
                if (try_)                                                                          \
                        return try_;                                                               \
        } while (0)

enum { BYTES_MAXIMUM = 1 << 20, MEMORY_MAXIMUM = 64 << 20 };

struct request {
        struct arena *arena;
        const json_t *fields;
        json_t *answer;
};

static const char *const error_names[] = {
        [AG_OK] = "AG_OK",
        [AG_ERR_MEMORY] = "AG_ERR_MEMORY",
        [AG_ERR_CRYPTO] = "AG_ERR_CRYPTO",
        [AG_ERR_TEXT] = "AG_ERR_TEXT",
        [AG_ERR_CHECKSUM] = "AG_ERR_CHECKSUM",
        [AG_ERR_MESSAGE] = "AG_ERR_MESSAGE",
        [AG_ERR_SATELLITE] = "AG_ERR_SATELLITE",
        [AG_ERR_API_KEY] = "AG_ERR_API_KEY",
        [AG_ERR_CAVEAT] = "AG_ERR_CAVEAT",
        [AG_ERR_ACCESS] = "AG_ERR_ACCESS",
        [AG_ERR_NOT_CANONICAL] = "AG_ERR_NOT_CANONICAL",
        [AG_ERR_LIMIT] = "AG_ERR_LIMIT",
        [AG_ERR_CIPHER] = "AG_ERR_CIPHER",
        [AG_ERR_NO_KEY] = "AG_ERR_NO_KEY",
        [AG_ERR_NO_RIGHT] = "AG_ERR_NO_RIGHT",
        [AG_ERR_TIME_RANGE] = "AG_ERR_TIME_RANGE",
        [AG_ERR_TTL] = "AG_ERR_TTL",
        [AG_ERR_PLACE] = "AG_ERR_PLACE",
        [AG_ERR_NONCE] = "AG_ERR_NONCE",
        [AG_ERR_KEY_SIZE] = "AG_ERR_KEY_SIZE",
        [AG_ERR_HAS_KEY] = "AG_ERR_HAS_KEY",
        [AG_ERR_WRONG_KEY] = "AG_ERR_WRONG_KEY",
        [AG_ERR_SIGNATURE] = "AG_ERR_SIGNATURE",
        [AG_ERR_EXPIRED] = "AG_ERR_EXPIRED",
        [AG_ERR_NOT_YET] = "AG_ERR_NOT_YET",
        [AG_ERR_OP_DENIED] = "AG_ERR_OP_DENIED",
        [AG_ERR_PATH_DENIED] = "AG_ERR_PATH_DENIED",
};

/* --- reading requests --- */

static void refuse(const char *what)
{
        fprintf(stderr, "agtool: %s\n", what);
        exit(2);
}

/* Absent stays absent. */
static struct ag_bytes get_text(const json_t *object, const char *name)
{
        const json_t *value = json_object_get(object, name);

        return ag_bytes_new(json_string_value(value), json_string_length(value));
}

static struct ag_bytes get_bytes(const struct request *request, const json_t *object,
                                 const char *name)
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
static const uint8_t *get_key(const struct request *request, const char *name)
{
        struct ag_bytes bytes = get_bytes(request, request->fields, name);

        if (bytes.data && bytes.size != AG_KEY_SIZE)
                refuse("a key that is not 32 bytes");
        return bytes.data;
}

static uint32_t get_number(const struct request *request, const char *name)
{
        return (uint32_t)json_integer_value(json_object_get(request->fields, name));
}

/* NULL if absent. */
static const struct ag_time *get_time(const struct request *request, const char *name)
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

static struct ag_place *get_places(const struct request *request, size_t *ret_n)
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

static enum ag_mode get_mode(const struct request *request)
{
        return json_is_true(json_object_get(request->fields, "lenient")) ? AG_LENIENT : AG_STRICT;
}

static enum ag_error get_api_key(const struct request *request, ag_api_key **ret_key)
{
        if (json_object_get(request->fields, "raw"))
                return ag_api_key_parse_raw(get_bytes(request, request->fields, "raw"),
                                            get_mode(request), ret_key);
        return ag_api_key_parse(get_text(request->fields, "api_key"), get_mode(request), ret_key);
}

static enum ag_error get_grant(const struct request *request, ag_grant **ret_grant)
{
        return ag_grant_parse(get_text(request->fields, "grant"), get_mode(request), ret_grant);
}

/* --- writing answers --- */

static void put(json_t *object, const char *name, json_t *value)
{
        if (json_object_set_new(object, name, value))
                refuse("out of memory");
}

static void put_bytes(json_t *object, const char *name, struct ag_bytes bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(2 * BYTES_MAXIMUM);

        hex_encode(&text, slice_new(bytes.data, bytes.size));
        put(object, name, json_stringn((const char *)text.data, text.size) ?: json_string(""));
}

static void put_time(json_t *object, const char *name, bool is_set, struct ag_time time)
{
        if (is_set)
                put(object, name, json_pack("[I, i]", (json_int_t)time.seconds, (int)time.nanos));
}

static json_t *paths_of(const struct ag_caveat *caveat)
{
        json_t *list = json_array();
        struct ag_path path;

        for (size_t position = 0; ag_caveat_next_path(caveat, &position, &path);) {
                json_t *object = json_object();

                put_bytes(object, "bucket", path.bucket);
                put_bytes(object, "encrypted", path.encrypted);
                (void)json_array_append_new(list, object);
        }
        return list;
}

static json_t *caveat_of(const ag_api_key *key, size_t index)
{
        json_t *object = json_object();
        struct ag_caveat caveat;
        enum ag_error error = ag_api_key_caveat(key, index, &caveat);

        if (error) {
                put(object, "error", json_string(error_names[error]));
                return object;
        }
        put(object, "disallowed", json_integer(caveat.disallowed));
        put_time(object, "not_before", caveat.has_not_before, caveat.not_before);
        put_time(object, "not_after", caveat.has_not_after, caveat.not_after);
        put_time(object, "max_object_ttl", caveat.has_max_object_ttl, caveat.max_object_ttl);
        put_bytes(object, "nonce", caveat.nonce);
        put(object, "n_paths", json_integer((json_int_t)caveat.n_paths));
        put(object, "paths", paths_of(&caveat));
        put(object, "has_unknown_fields", json_boolean(caveat.has_unknown_fields));
        put_bytes(object, "message", caveat.message);
        return object;
}

static enum ag_error put_api_key(json_t *answer, const ag_api_key *key)
{
        char *text __attribute__((cleanup(ag_text_freep))) = NULL;
        json_t *caveats = json_array();

        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++)
                (void)json_array_append_new(caveats, caveat_of(key, i));
        put(answer, "caveats", caveats);
        put_bytes(answer, "head", ag_api_key_head(key));
        put_bytes(answer, "tail", ag_api_key_tail(key));
        put_bytes(answer, "raw", ag_api_key_raw(key));
        TRY_AG(ag_api_key_text(key, &text));
        put(answer, "api_key", json_string(text));
        return AG_OK;
}

static enum ag_error put_access(json_t *answer, const ag_access *access)
{
        uint8_t *message __attribute__((cleanup(ag_message_freep))) = NULL;
        json_t *entries = json_array();
        size_t size = 0;

        for (size_t i = 0; i < ag_access_n_entries(access); i++) {
                struct ag_entry entry = ag_access_entry(access, i);
                json_t *object = json_object();

                put_bytes(object, "bucket", entry.bucket);
                put_bytes(object, "path", entry.path);
                put_bytes(object, "encrypted", entry.encrypted);
                put(object, "cipher", json_integer(entry.cipher));
                (void)json_array_append_new(entries, object);
        }
        put(answer, "entries", entries);
        put(answer, "has_root_key", json_boolean(ag_access_has_root_key(access)));
        put(answer, "path_cipher", json_integer(ag_access_path_cipher(access)));
        TRY_AG(ag_access_serialize(access, &message, &size));
        put_bytes(answer, "access", ag_bytes_new(message, size));
        return AG_OK;
}

static enum ag_error put_grant(json_t *answer, const ag_grant *grant)
{
        char *text __attribute__((cleanup(ag_text_freep))) = NULL;

        TRY_AG(ag_grant_text(grant, &text));
        put(answer, "grant", json_string(text));
        put_bytes(answer, "satellite", ag_grant_satellite(grant));
        put(answer, "leaked_root_key", json_boolean(ag_grant_leaked_root_key(grant)));
        TRY_AG(put_api_key(answer, ag_grant_api_key(grant)));
        return put_access(answer, ag_grant_access(grant));
}

/* --- operations --- */

static enum ag_error do_root_key(const struct request *request)
{
        uint8_t key[AG_KEY_SIZE];

        TRY_AG(ag_root_key(get_bytes(request, request->fields, "passphrase"),
                           get_bytes(request, request->fields, "salt"), NULL, key));
        put_bytes(request->answer, "key", ag_bytes_new(key, sizeof(key)));
        return AG_OK;
}

static enum ag_error do_new_api_key(const struct request *request)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;

        TRY_AG(ag_api_key_new(get_bytes(request, request->fields, "secret"),
                              get_bytes(request, request->fields, "head"), &key));
        return put_api_key(request->answer, key);
}

static enum ag_error do_read_api_key(const struct request *request)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;

        TRY_AG(get_api_key(request, &key));
        return put_api_key(request->answer, key);
}

/* Of "api_key" or "raw", by "secret". */
static enum ag_error do_verify(const struct request *request)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;
        uint8_t tails[AG_MAX_CAVEATS + 1][AG_TAIL_SIZE];
        json_t *list = json_array();

        put(request->answer, "tails", list);
        TRY_AG(get_api_key(request, &key));
        TRY_AG(ag_api_key_verify(key, get_bytes(request, request->fields, "secret"), tails));
        for (size_t i = 0; i <= ag_api_key_n_caveats(key); i++) {
                json_t *object = json_object();

                put_bytes(object, "tail", ag_bytes_new(tails[i], AG_TAIL_SIZE));
                (void)json_array_append_new(list, object);
        }
        return AG_OK;
}

/* Whether "api_key" is genuine by "secret" and allows what is asked for at "time". */
static enum ag_error do_check(const struct request *request)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;
        const struct ag_time *time = get_time(request, "time");
        struct ag_action action = {
                .op = (enum ag_op)get_number(request, "operation"),
                .bucket = get_bytes(request, request->fields, "bucket"),
                .encrypted = get_bytes(request, request->fields, "encrypted"),
        };

        if (!time)
                refuse("check without a time");
        action.time = *time;
        TRY_AG(get_api_key(request, &key));
        TRY_AG(ag_api_key_verify(key, get_bytes(request, request->fields, "secret"), NULL));
        return ag_api_key_check(key, get_number(request, "version"), &action);
}

static enum ag_error do_read_access(const struct request *request)
{
        ag_access *access __attribute__((cleanup(ag_access_freep))) = NULL;

        TRY_AG(ag_access_parse(get_bytes(request, request->fields, "access"), get_mode(request),
                               &access));
        return put_access(request->answer, access);
}

/* "access", or one of "path_cipher" and, if there is one, "root_key". */
static enum ag_error get_access(const struct request *request, ag_access **ret_access)
{
        struct ag_bytes message = get_bytes(request, request->fields, "access");

        if (message.data)
                return ag_access_parse(message, get_mode(request), ret_access);
        return ag_access_new(get_key(request, "root_key"),
                             (enum ag_cipher)get_number(request, "path_cipher"), ret_access);
}

/* An access limited to "places". */
static enum ag_error do_limit_access(const struct request *request)
{
        ag_access *whole __attribute__((cleanup(ag_access_freep))) = NULL;
        ag_access *limited __attribute__((cleanup(ag_access_freep))) = NULL;
        size_t n_places;
        const struct ag_place *places = get_places(request, &n_places);

        TRY_AG(get_access(request, &whole));
        TRY_AG(ag_access_limit(whole, places, n_places, &limited));
        return put_access(request->answer, limited);
}

/* From "satellite", "api_key" and an access. */
static enum ag_error do_mint(const struct request *request)
{
        ag_api_key *key __attribute__((cleanup(ag_api_key_freep))) = NULL;
        ag_access *access __attribute__((cleanup(ag_access_freep))) = NULL;
        ag_grant *grant __attribute__((cleanup(ag_grant_freep))) = NULL;

        TRY_AG(get_api_key(request, &key));
        TRY_AG(get_access(request, &access));
        TRY_AG(ag_grant_new(get_text(request->fields, "satellite"), key, access, &grant));
        return put_grant(request->answer, grant);
}

static enum ag_error do_read(const struct request *request)
{
        ag_grant *grant __attribute__((cleanup(ag_grant_freep))) = NULL;

        TRY_AG(get_grant(request, &grant));
        return put_grant(request->answer, grant);
}

static enum ag_error do_restrict(const struct request *request)
{
        ag_grant *grant __attribute__((cleanup(ag_grant_freep))) = NULL;
        ag_grant *narrow __attribute__((cleanup(ag_grant_freep))) = NULL;
        struct ag_restriction restriction = {
                .rights = get_number(request, "rights"),
                .not_before = get_time(request, "not_before"),
                .not_after = get_time(request, "not_after"),
                .max_object_ttl = get_time(request, "max_object_ttl"),
                .nonce = get_bytes(request, request->fields, "nonce"),
        };

        restriction.places = get_places(request, &restriction.n_places);
        TRY_AG(get_grant(request, &grant));
        TRY_AG(ag_grant_restrict(grant, &restriction, &narrow));
        return put_grant(request->answer, narrow);
}

static enum ag_error do_set_key(const struct request *request)
{
        ag_grant *grant __attribute__((cleanup(ag_grant_freep))) = NULL;
        ag_grant *with_key __attribute__((cleanup(ag_grant_freep))) = NULL;

        TRY_AG(get_grant(request, &grant));
        TRY_AG(ag_grant_set_key(grant, get_key(request, "root_key"), &with_key));
        return put_grant(request->answer, with_key);
}

static enum ag_error do_take_key(const struct request *request)
{
        ag_grant *grant __attribute__((cleanup(ag_grant_freep))) = NULL;
        ag_grant *without_key __attribute__((cleanup(ag_grant_freep))) = NULL;

        TRY_AG(get_grant(request, &grant));
        TRY_AG(ag_grant_take_key(grant, &without_key));
        return put_grant(request->answer, without_key);
}

static enum ag_error do_check_satellite(const struct request *request)
{
        return ag_satellite_check(get_text(request->fields, "satellite"));
}

/* --- the loop --- */

static const struct {
        const char *name;
        enum ag_error (*run)(const struct request *);
} operations[] = {
        {"root_key", do_root_key},
        {"new_api_key", do_new_api_key},
        {"read_api_key", do_read_api_key},
        {"verify", do_verify},
        {"check", do_check},
        {"read_access", do_read_access},
        {"limit_access", do_limit_access},
        {"mint", do_mint},
        {"read", do_read},
        {"restrict", do_restrict},
        {"set_key", do_set_key},
        {"take_key", do_take_key},
        {"check_satellite", do_check_satellite},
};

static enum ag_error run(const struct request *request)
{
        struct ag_bytes name = get_text(request->fields, "op");

        for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
                if (slice_equal(slice_new(name.data, name.size),
                                slice_from_string(operations[i].name)))
                        return operations[i].run(request);
        refuse("no such op");
        return AG_OK;
}

static void answer_line(const char *line, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(MEMORY_MAXIMUM);
        json_t *fields = json_loadb(line, size, JSON_ALLOW_NUL, NULL);
        struct request request = {.arena = &arena, .fields = fields, .answer = json_object()};
        enum ag_error error;

        if (!fields)
                refuse("a line that is not JSON");
        error = run(&request);
        if (error) {
                (void)json_object_clear(request.answer);
                put(request.answer, "error", json_string(error_names[error]));
                put(request.answer, "text", json_string(ag_error_text(error)));
        }
        (void)json_dumpf(request.answer, stdout, JSON_COMPACT);
        (void)putchar('\n');
        (void)fflush(stdout);
        json_decref(request.answer);
        json_decref(fields);
}

int main(void)
{
        char *line = NULL;
        size_t capacity = 0;
        ssize_t size;

        while ((size = getline(&line, &capacity, stdin)) > 0)
                answer_line(line, (size_t)size);
        free(line);
        return 0;
}
