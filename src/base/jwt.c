/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a JWT.
 */
#include "base/jwt.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/json_number.h"
#include "base/limits.h"
#include "base/macros.h"

static const struct algorithm {
        const char *wire;
        size_t least, most; /* bytes of a signature */
} algorithms_[] = {
        [JWT_NO_ALGORITHM] = {0},
#define JWT_ALGORITHM(name, wire, least, most) [JWT_##name] = {wire, least, most},
#include "base/jwt_algorithms.def"
#undef JWT_ALGORITHM
};

const char *jwt_algorithm_text(enum jwt_algorithm algorithm)
{
        return algorithms_[algorithm].wire;
}

enum jwt_algorithm jwt_algorithm_of(struct slice text)
{
        for (int i = JWT_NO_ALGORITHM + 1; i < JWT_ALGORITHMS; i++)
                if (slice_equal(text, slice_from_string(algorithms_[i].wire)))
                        return (enum jwt_algorithm)i;
        return JWT_NO_ALGORITHM;
}

enum err jwt_object_read(struct slice text, json_t **ret)
{
        struct buf bounded CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_JWT);
        json_t *json CLEANUP(json_decrefp) = NULL;

        if (!slice_is_utf8(text))
                return ERR_JWT_MALFORMED;
        if (json_numbers_bound(text, &bounded))
                text = buf_slice(&bounded);
        if (bounded.failed)
                return ERR_OUT_OF_MEMORY;
        (void)json_ran_out();
        json = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
        if (!json && json_ran_out())
                return ERR_OUT_OF_MEMORY;
        if (!json_is_object(json))
                return ERR_JWT_MALFORMED;
        *ret = take(&json);
        return ERR_OK;
}

bool jwt_is_text(const json_t *json, struct slice expected)
{
        return json_is_string(json) && slice_equal(json_slice(json), expected);
}

bool jwt_lists(const json_t *json, struct slice expected)
{
        for (size_t i = 0; i < json_array_size(json); i++)
                if (jwt_is_text(json_array_get(json, i), expected))
                        return true;
        return false;
}

/* A media type, so in any case (RFC 7519 section 5.1). */
static bool is_jwt_type(const json_t *type)
{
        return json_is_string(type) && slice_equal_in_any_case(json_slice(type), SLICE("JWT"));
}

/* Nearly every JWT that is signed with a secret has one of these headers, which needs no parser. */
static bool is_usual(struct slice header)
{
        return slice_equal(header, SLICE("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")) ||
               slice_equal(header, SLICE("{\"typ\":\"JWT\",\"alg\":\"HS256\"}")) ||
               slice_equal(header, SLICE("{\"alg\":\"HS256\"}"));
}

/* RFC 8725 section 3.1: the caller chooses the algorithms; RFC 7515 section 4.1.11: crit. */
static enum err header_read(struct slice text, unsigned algorithms, struct arena *arena,
                            struct jwt *ret)
{
        static const char *const refused[] = {"crit", "jwk", "jku", "x5u", "x5c", "b64"};
        json_t *json CLEANUP(json_decrefp) = NULL;
        const json_t *algorithm, *type, *key_id;

        if (is_usual(text) && algorithms & JWT_BIT(JWT_HS256)) {
                ret->algorithm = JWT_HS256;
                return ERR_OK;
        }
        TRY(jwt_object_read(text, &json));
        algorithm = json_object_get(json, "alg");
        type = json_object_get(json, "typ");
        key_id = json_object_get(json, "kid");
        if (json_is_string(algorithm))
                ret->algorithm = jwt_algorithm_of(json_slice(algorithm));
        if (!ret->algorithm || !(algorithms & JWT_BIT(ret->algorithm)) ||
            (type && !is_jwt_type(type)))
                return ERR_JWT_ALGORITHM;
        for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
                if (json_object_get(json, refused[i]))
                        return ERR_JWT_HEADER;
        /* Text, if present: RFC 7515 section 4.1.4. */
        if (key_id && !json_is_string(key_id))
                return ERR_JWT_HEADER;
        ret->key_id = arena_copy(arena, key_id ? json_slice(key_id) : (struct slice){0});
        return ERR_OK;
}

struct segments {
        struct slice header, payload, signature; /* decoded */
};

static bool segment_decode(struct slice text, struct buf *all, struct slice *ret)
{
        size_t start = all->size;
        bool good = base64url_decode(text, all);

        *ret = slice_from(buf_slice(all), start);
        return good;
}

/* Splits the three segments and decodes them into `all`, which does not move.
 * Return: whether all are there; those before the first that is not are decoded. */
static bool segments_decode(struct slice text, struct buf *all, struct segments *ret)
{
        struct slice rest = text, segment;

        return slice_cut(&rest, '.', &segment) && segment_decode(segment, all, &ret->header) &&
               slice_cut(&rest, '.', &segment) && segment_decode(segment, all, &ret->payload) &&
               !slice_contains_byte(rest, '.') && segment_decode(rest, all, &ret->signature);
}

static bool signature_fits(enum jwt_algorithm algorithm, size_t size)
{
        return size >= algorithms_[algorithm].least && size <= algorithms_[algorithm].most;
}

/* What precedes the last point. */
static struct slice signing_input_of(struct slice text)
{
        while (text.size && text.data[text.size - 1] != '.')
                text.size--;
        return slice_to(text, text.size - 1);
}

enum err jwt_parse(struct slice text, unsigned algorithms, struct arena *arena, struct jwt *ret)
{
        struct buf decoded = BUF_INIT(text.size);
        struct segments segments = {0};
        struct jwt jwt = {0};
        enum err header = ERR_JWT_MALFORMED;
        bool is_whole;

        decoded.data = arena_alloc(arena, text.size);
        decoded.capacity = text.size;
        decoded.is_borrowed = true;
        jwt.signing_input = arena_copy(arena, signing_input_of(text));
        TRY(arena_check(arena));
        is_whole = segments_decode(text, &decoded, &segments);
        if (segments.header.size && segments.header.size <= LIMIT_JWT)
                header = header_read(segments.header, algorithms, arena, &jwt);
        /* An unusual header is reported even if there is no signature. */
        if (header == ERR_JWT_ALGORITHM || error_is_fault(header))
                return header;
        if (!is_whole || !signature_fits(jwt.algorithm, segments.signature.size))
                return ERR_JWT_MALFORMED;
        TRY(header);
        TRY(arena_check(arena));
        jwt.payload = segments.payload;
        jwt.signature = segments.signature;
        *ret = jwt;
        return ERR_OK;
}
