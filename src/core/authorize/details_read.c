/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading authorization_details. Whatever is not known is refused (RFC 9396 section 5).
 */
#include "core/authorize/details.h"

#include "base/json.h"
#include "base/macros.h"
#include "core/grants/bucket.h"

enum {
        NOWHERE = -1,
        LIFETIME_MOST = INT32_MAX, /* seconds: 68 years */
        PROBLEM = 512,             /* bytes */
};

/* Where in the text it is, for the sentence. */
struct reading {
        struct arena *arena;
        int entry, bucket, prefix; /* or NOWHERE */
        const char *member;        /* NULL: none */
        const char *why;           /* it is refused */
};

/* --- refusing --- */

static enum err refuse(struct reading *r, const char *member, const char *why)
{
        r->member = member;
        r->why = why;
        return ERR_DETAILS;
}

static void index_put(struct buf *text, const char *name, int index)
{
        if (index == NOWHERE)
                return;
        buf_put_string(text, name);
        buf_put_byte(text, '[');
        buf_put_int64(text, index);
        buf_put_byte(text, ']');
}

/* "authorization_details[0].buckets[1].prefixes[0]: why" */
static struct slice problem_text(const struct reading *r)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(PROBLEM);

        if (r->entry == NOWHERE)
                buf_put_string(&text, "authorization_details");
        index_put(&text, "authorization_details", r->entry);
        index_put(&text, ".buckets", r->bucket);
        index_put(&text, ".prefixes", r->prefix);
        if (r->member) {
                buf_put_byte(&text, '.');
                buf_put_string(&text, r->member);
        }
        buf_put_string(&text, ": ");
        buf_put_string(&text, r->why);
        return arena_copy_buf(r->arena, &text);
}

/* --- JSON --- */

/* Nothing but these members. */
static enum err members_check(struct reading *r, const json_t *object, const char *const *known,
                              size_t n_known)
{
        size_t n = 0;

        if (!json_is_object(object))
                return refuse(r, NULL, "this is not a JSON object.");
        for (size_t i = 0; i < n_known; i++)
                n += json_object_get(object, known[i]) != NULL;
        return n == json_object_size(object)
                       ? ERR_OK
                       : refuse(r, NULL, "it has a member that is not known.");
}

/* An array that is not empty. */
static enum err list_check(struct reading *r, const char *member, const json_t *list, size_t most)
{
        if (!json_is_array(list) || json_array_size(list) == 0)
                return refuse(r, member, "it must be a list that is not empty.");
        return json_array_size(list) <= most ? ERR_OK : refuse(r, member, "there are too many.");
}

/* --- places --- */

static enum err place_add(struct reading *r, struct scope *scope, struct slice bucket,
                          struct slice path)
{
        if (scope->n_places == LIMIT_SCOPES)
                return refuse(r, NULL, "there are too many buckets and prefixes.");
        scope->places[scope->n_places++] = (struct place){.bucket = bucket, .path = path};
        return ERR_OK;
}

/* A path as it is; the rules are those of a scope's, which is percent-encoded. */
static enum err prefix_read(struct reading *r, const json_t *prefix, struct slice *ret_path)
{
        struct buf encoded CLEANUP(buf_deinit) = BUF_LOCAL(3 * LIMIT_PATH);

        if (!json_is_string(prefix))
                return refuse(r, NULL, "this is not a string.");
        if (json_string_length(prefix) > LIMIT_PATH)
                return refuse(r, NULL, "the path is longer than 512 bytes.");
        percent_encode(&encoded, json_slice(prefix), "/");
        if (path_parse(r->arena, buf_slice(&encoded), ret_path))
                return arena_check(r->arena);
        return refuse(r, NULL,
                      "a prefix is a path that ends in a slash, such as 2024/, without "
                      "empty components, dots and control characters.");
}

static enum err prefixes_read(struct reading *r, const json_t *prefixes, struct slice bucket,
                              struct scope *scope)
{
        TRY(list_check(r, "prefixes", prefixes, LIMIT_SCOPES));
        for (size_t i = 0; i < json_array_size(prefixes); i++) {
                struct slice path;

                r->prefix = (int)i;
                TRY(prefix_read(r, json_array_get(prefixes, i), &path));
                TRY(place_add(r, scope, bucket, path));
        }
        r->prefix = NOWHERE;
        return ERR_OK;
}

static enum err bucket_read(struct reading *r, const json_t *bucket, struct scope *scope)
{
        static const char *const known[] = {"name", "prefixes"};
        const json_t *name = json_object_get(bucket, "name");
        const json_t *prefixes = json_object_get(bucket, "prefixes");
        struct slice copy;

        TRY(members_check(r, bucket, known, ARRAY_SIZE(known)));
        if (!json_is_string(name) || !bucket_is_valid(json_slice(name)))
                return refuse(r, "name", "this is not the name of a bucket.");
        copy = arena_copy(r->arena, json_slice(name));
        TRY(arena_check(r->arena)); /* an absent path would mean the whole bucket */
        return prefixes ? prefixes_read(r, prefixes, copy, scope)
                        : place_add(r, scope, copy, (struct slice){0});
}

static enum err buckets_read(struct reading *r, const json_t *buckets, struct scope *scope)
{
        if (!buckets)
                return ERR_OK;
        TRY(list_check(r, "buckets", buckets, LIMIT_SCOPES));
        for (size_t i = 0; i < json_array_size(buckets); i++) {
                r->bucket = (int)i;
                TRY(bucket_read(r, json_array_get(buckets, i), scope));
        }
        r->bucket = NOWHERE;
        return ERR_OK;
}

/* --- entries --- */

static enum err actions_read(struct reading *r, const json_t *actions, struct scope *scope)
{
        TRY(list_check(r, "actions", actions, LIMIT_SCOPES));
        for (size_t i = 0; i < json_array_size(actions); i++) {
                const json_t *action = json_array_get(actions, i);
                enum right right =
                        json_is_string(action) ? scope_right(json_slice(action)) : RIGHT_NONE;

                if (!right)
                        return refuse(r, "actions",
                                      "an action is one of read, write, list, delete and lock.");
                scope->rights |= right;
        }
        return ERR_OK;
}

static enum err project_read(struct reading *r, const json_t *project, struct uuid *ret)
{
        static const struct uuid any;

        if (!project)
                return ERR_OK;
        if (!json_is_string(project) || !uuid_decode(json_slice(project), ret) ||
            uuid_equal(ret, &any))
                return refuse(r, "project", "this is not the id of a project.");
        return ERR_OK;
}

static enum err limit_read(struct reading *r, const json_t *seconds, int64_t *ret)
{
        if (!seconds)
                return ERR_OK;
        if (!json_is_integer(seconds) || json_integer_value(seconds) < GRANT_LIFETIME_LEAST ||
            json_integer_value(seconds) > LIFETIME_MOST)
                return refuse(r, "expires_in",
                              "it must be a whole number of seconds, at least 60.");
        *ret = json_integer_value(seconds);
        return ERR_OK;
}

static enum err type_check(struct reading *r, const json_t *entry)
{
        const json_t *type = json_object_get(entry, "type");

        if (!json_is_object(entry))
                return refuse(r, NULL, "this is not a JSON object.");
        if (!json_is_string(type) || !slice_equal(json_slice(type), SLICE(DETAILS_TYPE)))
                return refuse(r, "type", "the only type here is " DETAILS_TYPE ".");
        return ERR_OK;
}

static enum err entry_read(struct reading *r, const json_t *entry, struct details *ret)
{
        static const char *const known[] = {"type", "actions", "buckets", "project", "expires_in"};
        struct details details = {
                .scope = {.places = arena_array(r->arena, LIMIT_SCOPES, struct place)}};

        if (!details.scope.places)
                return ERR_OUT_OF_MEMORY;
        TRY(type_check(r, entry));
        TRY(members_check(r, entry, known, ARRAY_SIZE(known)));
        TRY(actions_read(r, json_object_get(entry, "actions"), &details.scope));
        TRY(buckets_read(r, json_object_get(entry, "buckets"), &details.scope));
        TRY(project_read(r, json_object_get(entry, "project"), &details.project));
        TRY(limit_read(r, json_object_get(entry, "expires_in"), &details.lifetime_limit));
        *ret = details;
        return ERR_OK;
}

/* One grant has the same actions in all of its places, and is of one project. */
static enum err same_check(struct reading *r, const struct details *first,
                           const struct details *other)
{
        if (other->scope.rights != first->scope.rights)
                return refuse(r, "actions",
                              "they differ from those of the first entry, and an "
                              "access grant has the same in all its places.");
        if (!uuid_equal(&other->project, &first->project))
                return refuse(r, "project",
                              "it differs from that of the first entry, and an access grant is of "
                              "one project.");
        return ERR_OK;
}

/* A scope of so many words could not be asked for or approved. */
static enum err scopes_check(struct reading *r, const struct scope *scope)
{
        enum err error = scope_size_check(r->arena, scope);

        r->entry = NOWHERE;
        if (error_is_fault(error))
                return error;
        return error == ERR_OK ? ERR_OK
                               : refuse(r, NULL, "there are too many buckets and prefixes.");
}

static enum err entries_read(struct reading *r, const json_t *list, struct details *ret)
{
        struct scope scopes[LIMIT_DETAILS];
        struct details all = {0};

        TRY(list_check(r, NULL, list, LIMIT_DETAILS));
        for (size_t i = 0; i < json_array_size(list); i++) {
                struct details one;

                r->entry = (int)i;
                TRY(entry_read(r, json_array_get(list, i), &one));
                if (i == 0)
                        all = one;
                TRY(same_check(r, &all, &one));
                if (one.lifetime_limit &&
                    (!all.lifetime_limit || one.lifetime_limit < all.lifetime_limit))
                        all.lifetime_limit = one.lifetime_limit;
                scopes[i] = one.scope;
        }
        TRY(scope_join(r->arena, scopes, json_array_size(list), &all.scope));
        TRY(scopes_check(r, &all.scope));
        *ret = all;
        return ERR_OK;
}

static enum err text_read(struct reading *r, struct slice text, struct details *ret)
{
        json_t *list CLEANUP(json_decrefp) = NULL;
        enum err error;

        if (text.size > LIMIT_DETAILS_TEXT)
                return refuse(r, NULL, "it is longer than 8,192 bytes.");
        error = json_read_array(text, &list);
        if (error == ERR_JSON_DUPLICATE)
                return refuse(r, NULL, "a member is there twice.");
        if (error == ERR_JSON_TOO_DEEP || error == ERR_BODY_NOT_JSON)
                return refuse(r, NULL, "this is not a JSON array.");
        TRY(error);
        return entries_read(r, list, ret);
}

enum err details_read(struct arena *arena, struct slice text, struct details *ret,
                      struct slice *ret_problem)
{
        struct reading r = {.arena = arena, .entry = NOWHERE, .bucket = NOWHERE, .prefix = NOWHERE};
        enum err error = text_read(&r, text, ret);

        if (error == ERR_DETAILS)
                *ret_problem = problem_text(&r);
        return arena_failed_or(arena, error);
}
