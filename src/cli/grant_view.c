/* SPDX-License-Identifier: Apache-2.0
 *
 * Showing access grants. The text is made from the JSON, so that both say the same.
 */
#include "cli/grant_view.h"

#include <time.h>

#include "accessgrant/words.h"
#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/macros.h"

static const struct {
        enum ag_right right;
        const char *name;
} rights[] = {
        {AG_RIGHT_READ, "read"},
        {AG_RIGHT_WRITE, "write"},
        {AG_RIGHT_LIST, "list"},
        {AG_RIGHT_DELETE, "delete"},
        {AG_RIGHT_LOCK, "lock"},
        {AG_RIGHT_PUT_RETENTION, "put_object_retention"},
        {AG_RIGHT_GET_RETENTION, "get_object_retention"},
        {AG_RIGHT_PUT_LEGAL_HOLD, "put_legal_hold"},
        {AG_RIGHT_GET_LEGAL_HOLD, "get_legal_hold"},
        {AG_RIGHT_BYPASS_GOVERNANCE, "bypass_governance"},
        {AG_RIGHT_PUT_BUCKET_LOCK, "put_bucket_lock"},
        {AG_RIGHT_GET_BUCKET_LOCK, "get_bucket_lock"},
        {AG_RIGHT_PUT_BUCKET_NOTIFICATION, "put_bucket_notification"},
        {AG_RIGHT_GET_BUCKET_NOTIFICATION, "get_bucket_notification"},
};

/* --- values --- */

static json_t *rights_json(uint32_t disallowed)
{
        json_t *array = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
                if (!(disallowed & rights[i].right))
                        json_append(array, json_string(rights[i].name));
        return array;
}

static json_t *hex_json(struct ag_bytes bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8192);

        hex_encode(&text, slice_of(bytes));
        return json_from_slice(buf_slice(&text));
}

/* Bytes from others: as text if they are text, otherwise percent-encoded. */
static json_t *text_json(struct ag_bytes bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(3 * AG_MAX_PATH);

        if (bytes.size == 0)
                return json_string("");
        if (slice_is_utf8(slice_of(bytes)) && slice_is_plain_text(slice_of(bytes)))
                return json_from_slice(slice_of(bytes));
        percent_encode(&text, slice_of(bytes), "/");
        return json_from_slice(buf_slice(&text));
}

/* As text if it can be written so, and always in seconds since 1970. */
static void set_time(json_t *object, const char *name, const char *name_unix, struct ag_time time)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(64);

        if (time.seconds >= 0 && time.seconds < INT64_MAX / 1000)
                instant_encode(&text, (struct instant){.ms = time.seconds * 1000});
        if (text.size && !text.failed)
                json_put(object, name, json_from_slice(buf_slice(&text)));
        json_put(object, name_unix, json_integer(time.seconds));
}

/* --- caveats --- */

/* If paths are in clear, prefixes match characters, not components: "2024" opens "2024-secret" too.
 */
static bool is_clear(enum ag_cipher cipher)
{
        return cipher == AG_CIPHER_NULL || cipher == AG_CIPHER_NULL_BASE64URL;
}

/* The entry of a path in a caveat, if the grant has the key of exactly that place. */
static bool entry_of(const ag_access *access, const struct ag_path *path, struct ag_entry *ret)
{
        for (size_t i = 0; i < ag_access_n_entries(access); i++) {
                struct ag_entry entry = ag_access_entry(access, i);

                if (slice_equal(slice_of(entry.bucket), slice_of(path->bucket)) &&
                    slice_equal(slice_of(entry.encrypted), slice_of(path->encrypted))) {
                        *ret = entry;
                        return true;
                }
        }
        return false;
}

static json_t *paths_json(const ag_access *access, const struct ag_caveat *caveat)
{
        json_t *array = json_array();
        struct ag_path path;
        size_t position = 0;

        while (ag_caveat_next_path(caveat, &position, &path)) {
                json_t *object = json_object();
                struct ag_entry entry;
                bool is_known = entry_of(access, &path, &entry);

                json_put(object, "bucket", text_json(path.bucket));
                json_put(object, "encrypted_prefix", hex_json(path.encrypted));
                if (is_known)
                        json_put(object, "prefix", text_json(entry.path));
                else if (ag_access_path_cipher(access) == AG_CIPHER_NULL)
                        json_put(object, "prefix", text_json(path.encrypted));
                if (path.encrypted.size &&
                    is_clear(is_known ? entry.cipher : ag_access_path_cipher(access)))
                        json_put(object, "opens_siblings", json_true());
                json_append(array, object);
        }
        return array;
}

static json_t *caveat_json(const ag_access *access, const struct ag_caveat *caveat)
{
        json_t *object = json_object();

        json_put(object, "rights", rights_json(caveat->disallowed));
        if (caveat->n_paths)
                json_put(object, "allowed_paths", paths_json(access, caveat));
        if (caveat->has_not_before)
                set_time(object, "not_before", "not_before_unix", caveat->not_before);
        if (caveat->has_not_after)
                set_time(object, "not_after", "not_after_unix", caveat->not_after);
        if (caveat->has_max_object_ttl)
                json_put(object, "max_object_ttl", json_integer(caveat->max_object_ttl.seconds));
        if (caveat->nonce.size)
                json_put(object, "nonce", hex_json(caveat->nonce));
        if (caveat->has_unknown_fields)
                json_put(object, "has_unknown_fields", json_true());
        return object;
}

/* --- the combined limits --- */

/* What all caveats together allow. */
struct sum {
        uint32_t disallowed;
        bool has_begin, has_end;
        struct ag_time begin, end;
};

static void sum_add(struct sum *sum, const struct ag_caveat *caveat)
{
        sum->disallowed |= caveat->disallowed;
        if (caveat->has_not_before &&
            (!sum->has_begin || caveat->not_before.seconds > sum->begin.seconds)) {
                sum->has_begin = true;
                sum->begin = caveat->not_before;
        }
        if (caveat->has_not_after &&
            (!sum->has_end || caveat->not_after.seconds < sum->end.seconds)) {
                sum->has_end = true;
                sum->end = caveat->not_after;
        }
}

static json_t *caveats_json(const ag_grant *grant, struct sum *sum)
{
        const ag_api_key *key = ag_grant_api_key(grant);
        json_t *array = json_array();

        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++) {
                struct ag_caveat caveat;

                if (ag_api_key_caveat(key, i, &caveat) != AG_OK) {
                        sum->disallowed = AG_RIGHTS_ALL;
                        json_append(array, json_pack("{s:b}", "malformed", 1));
                        continue;
                }
                sum_add(sum, &caveat);
                json_append(array, caveat_json(ag_grant_access(grant), &caveat));
        }
        return array;
}

static const char *cipher_text(enum ag_cipher cipher)
{
        switch (cipher) {
        case AG_CIPHER_NULL:
                return "none";
        case AG_CIPHER_AES_GCM:
                return "aesgcm";
        case AG_CIPHER_SECRETBOX:
                return "secretbox";
        case AG_CIPHER_NULL_BASE64URL:
                return "none-base64url";
        case AG_CIPHER_UNSPECIFIED:
                break;
        }
        return "unspecified";
}

static json_t *opens_json(const ag_access *access)
{
        json_t *array = json_array();

        for (size_t i = 0; i < ag_access_n_entries(access); i++) {
                struct ag_entry entry = ag_access_entry(access, i);
                json_t *object = json_object();

                json_put(object, "bucket", text_json(entry.bucket));
                json_put(object, "prefix", text_json(entry.path));
                if (entry.path.size && is_clear(entry.cipher))
                        json_put(object, "opens_siblings", json_true());
                json_append(array, object);
        }
        return array;
}

json_t *grant_view_json(const ag_grant *grant)
{
        const ag_access *access = ag_grant_access(grant);
        json_t *object = json_object(), *caveats;
        struct sum sum = {0};

        caveats = caveats_json(grant, &sum);
        json_put(object, "satellite_address", text_json(ag_grant_satellite(grant)));
        json_put(object, "api_key_head", hex_json(ag_api_key_head(ag_grant_api_key(grant))));
        json_put(object, "rights", rights_json(sum.disallowed));
        if (sum.has_begin)
                set_time(object, "not_before", "not_before_unix", sum.begin);
        if (sum.has_end)
                set_time(object, "not_after", "not_after_unix", sum.end);
        json_put(object, "caveats", caveats);
        json_put(object, "path_cipher", json_string(cipher_text(ag_access_path_cipher(access))));
        json_put(object, "opens_everything", json_boolean(ag_access_has_root_key(access)));
        json_put(object, "opens", opens_json(access));
        json_put(object, "leaked_root_key", json_boolean(ag_grant_leaked_root_key(grant)));
        return object;
}

/* --- for people --- */

static const char *text_of(const json_t *object, const char *name)
{
        const char *text = json_string_value(json_object_get(object, name));

        return text ? text : "";
}

static void list_print(FILE *file, const json_t *array, const char *when_empty)
{
        size_t i;
        json_t *item;

        if (json_array_size(array) == 0)
                (void)fprintf(file, "%s", when_empty);
        json_array_foreach(array, i, item)(void)
                fprintf(file, "%s%s", i ? ", " : "", json_string_value(item));
        (void)fputc('\n', file);
}

static const char *place_end(const json_t *place, const char *prefix, bool is_hidden)
{
        if (json_is_true(json_object_get(place, "opens_siblings")))
                return "*";
        return *prefix || is_hidden ? "/" : "";
}

/* "photos/2024/", one on each line; "photos/2024*" if names that begin with the same letters are
 * open too.
 */
static void places_print(FILE *file, const json_t *places)
{
        size_t i;
        json_t *place;

        json_array_foreach(places, i, place)
        {
                const char *prefix = text_of(place, "prefix");
                bool is_hidden = *text_of(place, "encrypted_prefix") && !*prefix;

                (void)fprintf(file, "%s%s/%s%s\n", i ? "                " : "",
                              text_of(place, "bucket"), is_hidden ? "(an encrypted path)" : prefix,
                              place_end(place, prefix, is_hidden));
        }
}

static void caveats_print(FILE *file, const json_t *caveats)
{
        size_t i;
        json_t *caveat;

        json_array_foreach(caveats, i, caveat)
        {
                const json_t *paths = json_object_get(caveat, "allowed_paths");

                if (json_is_true(json_object_get(caveat, "malformed")))
                        (void)fprintf(file, "  limit %-7zu cannot be read: nothing is allowed\n",
                                      i + 1);
                if (!paths)
                        continue;
                (void)fprintf(file, "  only in       ");
                places_print(file, paths);
        }
}

static void opens_print(FILE *file, const json_t *view)
{
        const json_t *opens = json_object_get(view, "opens");

        (void)fprintf(file, "  decrypts      ");
        if (json_is_true(json_object_get(view, "opens_everything")))
                (void)fprintf(file, "everything in the project\n");
        else if (json_array_size(opens) == 0)
                (void)fprintf(file, "nothing: it has no encryption key\n");
        else
                places_print(file, opens);
        if (json_is_true(json_object_get(view, "leaked_root_key")))
                (void)fprintf(file,
                              "  WARNING       this text contains the key of the whole project "
                              "although it is limited to places;\n"
                              "                anyone who has it can decrypt everything\n");
}

void grant_view_print(const ag_grant *grant, FILE *file)
{
        json_t *view CLEANUP(json_decrefp) = grant_view_json(grant);
        const char *begin = text_of(view, "not_before"), *end = text_of(view, "not_after");

        (void)fprintf(file, "  at            %s\n", text_of(view, "satellite_address"));
        (void)fprintf(file, "  allows        ");
        list_print(file, json_object_get(view, "rights"), "nothing");
        if (*begin)
                (void)fprintf(file, "  from          %s\n", begin);
        (void)fprintf(file, "  until         %s\n", *end ? end : "it is revoked");
        caveats_print(file, json_object_get(view, "caveats"));
        opens_print(file, view);
}
