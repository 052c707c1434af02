/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the query of /oauth2-integration.
 */
#include "api/legacy_query.h"

#include "base/encode.h"
#include "base/macros.h"
#include "http/fields.h"

enum parameter { CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, N_SINGLE, SCOPE = N_SINGLE, N_PARAMETERS };

static const char *const names[N_PARAMETERS] = {
        [CLIENT_ID] = "client_id",
        [CLIENT_SECRET] = "client_secret",
        [REDIRECT_URI] = "redirect_uri",
        [SCOPE] = "scope",
};

struct reading {
        struct http_call *call;
        struct slice single[N_SINGLE]; /* encoded */
        struct slice scopes[LIMIT_SCOPES];
        size_t n_scopes;
};

static enum err problem(struct reading *r, enum parameter parameter, enum err error)
{
        r->call->problem_field = names[parameter];
        return error;
}

/* Return: N_PARAMETERS: unknown. */
static enum parameter parameter_of(struct slice key)
{
        unsigned i = 0;

        while (i < N_PARAMETERS && !slice_equal(key, slice_from_string(names[i])))
                i++;
        return (enum parameter)i;
}

/* --- scopes --- */

/* Converts "bucket:b;p" to the present form: "bucket:b;prefix:p/". */
static struct slice prefix_of(struct arena *arena, struct slice bucket, struct slice path)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4 * LIMIT_SCOPE);

        buf_put(&text, bucket);
        buf_put_string(&text, ";prefix:");
        percent_encode(&text, path, "/");
        if (path.data[path.size - 1] != '/')
                buf_put_byte(&text, '/');
        return arena_copy_buf(arena, &text);
}

static struct slice scope_of(struct arena *arena, struct slice old)
{
        struct slice path = old, bucket;

        if (!slice_starts_with(old, SLICE("bucket:")) || !slice_cut(&path, ';', &bucket) ||
            slice_starts_with(path, SLICE("prefix:")))
                return old;
        return path.size ? prefix_of(arena, bucket, path) : bucket;
}

static enum err scopes_take(struct reading *r, struct slice encoded)
{
        struct slice rest;

        if (query_decode(r->call->arena, encoded, &rest) != ERR_OK)
                return problem(r, SCOPE, ERR_FIELD_MALFORMED);
        while (rest.size) {
                struct slice one;

                (void)slice_cut(&rest, ',', &one);
                one = slice_trim(one);
                if (!one.size)
                        continue;
                if (r->n_scopes == LIMIT_SCOPES || one.size > LIMIT_SCOPE)
                        return ERR_SCOPE_TOO_LONG;
                r->scopes[r->n_scopes++] = scope_of(r->call->arena, one);
        }
        return ERR_OK;
}

/* --- the query --- */

static enum err pair_take(struct reading *r, struct slice key, struct slice value)
{
        enum parameter parameter = parameter_of(key);

        if (parameter == SCOPE)
                return scopes_take(r, value);
        if (parameter == N_PARAMETERS)
                return ERR_OK;
        if (r->single[parameter].data)
                return problem(r, parameter, ERR_JSON_DUPLICATE);
        r->single[parameter] = value;
        return ERR_OK;
}

/* From the start of the redirect URI to the next known parameter: for applications that do not
 * encode its "&". */
static struct slice redirect_uri_raw(struct slice query, struct slice value)
{
        struct slice rest = slice_from(query, (size_t)(value.data - query.data));
        const uint8_t *end = query.data + query.size;

        while (rest.size) {
                struct slice pair, key;

                (void)slice_cut(&rest, '&', &pair);
                if (pair.data == value.data)
                        continue;
                (void)slice_cut(&pair, '=', &key);
                if (parameter_of(key) == N_PARAMETERS)
                        continue;
                end = key.data - 1;
                break;
        }
        return slice_new(value.data, (size_t)(end - value.data));
}

static enum err single_decode(struct reading *r, enum parameter parameter, struct slice *ret)
{
        if (!r->single[parameter].size)
                return problem(r, parameter, ERR_FIELD_MISSING);
        if (query_decode(r->call->arena, r->single[parameter], ret) != ERR_OK)
                return problem(r, parameter, ERR_FIELD_MALFORMED);
        return ERR_OK;
}

enum err legacy_query_read(struct http_call *call, struct legacy_query *ret)
{
        struct reading r = {.call = call};
        struct slice rest = call->request.query, jwt;
        struct legacy_query query;

        while (rest.size) {
                struct slice pair, key;

                (void)slice_cut(&rest, '&', &pair);
                (void)slice_cut(&pair, '=', &key);
                TRY(pair_take(&r, key, pair));
        }
        TRY(single_decode(&r, CLIENT_ID, &query.client_id));
        TRY(single_decode(&r, CLIENT_SECRET, &jwt));
        TRY(single_decode(&r, REDIRECT_URI, &query.redirect_uri));
        query.client_secret = secret_copy(call->arena, jwt);
        query.redirect_uri_raw = redirect_uri_raw(call->request.query, r.single[REDIRECT_URI]);
        query.scope.n = r.n_scopes;
        query.scope.items = arena_array(call->arena, r.n_scopes + 1, struct slice);
        TRY(arena_check(call->arena));
        for (size_t i = 0; i < r.n_scopes; i++)
                query.scope.items[i] = r.scopes[i];
        *ret = query;
        return ERR_OK;
}
