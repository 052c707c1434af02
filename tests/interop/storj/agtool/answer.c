/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing responses.
 */
#include "answer.h"

#include "base/buf.h"
#include "base/encode.h"
#include "base/macros.h"
#include "request.h"

enum { TEXT_MAXIMUM = 1 << 21 };

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

void put(json_t *object, const char *name, json_t *value)
{
        if (json_object_set_new(object, name, value))
                refuse("out of memory");
}

void put_bytes(json_t *object, const char *name, struct ag_bytes bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(TEXT_MAXIMUM);

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

enum ag_error put_api_key(json_t *answer, const ag_api_key *key)
{
        char *text CLEANUP(ag_text_freep) = NULL;
        json_t *caveats = json_array();

        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++)
                (void)json_array_append_new(caveats, caveat_of(key, i));
        put(answer, "caveats", caveats);
        put_bytes(answer, "head", ag_api_key_head(key));
        put_bytes(answer, "tail", ag_api_key_tail(key));
        put_bytes(answer, "raw", ag_api_key_raw(key));
        TRY(ag_api_key_text(key, &text));
        put(answer, "api_key", json_string(text));
        return AG_OK;
}

enum ag_error put_access(json_t *answer, const ag_access *access)
{
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
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
        TRY(ag_access_serialize(access, &message, &size));
        put_bytes(answer, "access", ag_bytes_new(message, size));
        return AG_OK;
}

enum ag_error put_grant(json_t *answer, const ag_grant *grant)
{
        char *text CLEANUP(ag_text_freep) = NULL;

        TRY(ag_grant_text(grant, &text));
        put(answer, "grant", json_string(text));
        put_bytes(answer, "satellite", ag_grant_satellite(grant));
        put(answer, "leaked_root_key", json_boolean(ag_grant_leaked_root_key(grant)));
        TRY(put_api_key(answer, ag_grant_api_key(grant)));
        return put_access(answer, ag_grant_access(grant));
}

void put_error(json_t *answer, enum ag_error error)
{
        put(answer, "error", json_string(error_names[error]));
        put(answer, "text", json_string(ag_error_text(error)));
}
