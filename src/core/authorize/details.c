/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing authorization_details, and what they mean beside scopes.
 */
#include "core/authorize/details.h"

#include "base/json.h"
#include "base/macros.h"

static const struct uuid any_project;

/* --- writing --- */

/* The places of one bucket, which come together; one without a path is all of it. */
static json_t *bucket_json(const struct scope *scope, size_t *at)
{
        struct slice name = scope->places[*at].bucket;
        json_t *bucket = json_object(), *prefixes;

        json_put(bucket, "name", json_from_slice(name));
        if (!scope->places[*at].path.size) {
                ++*at;
                return bucket;
        }
        prefixes = json_array();
        for (; *at < scope->n_places && slice_equal(scope->places[*at].bucket, name); ++*at)
                json_append(prefixes, json_from_slice(scope->places[*at].path));
        json_put(bucket, "prefixes", prefixes);
        return bucket;
}

static json_t *buckets_json(const struct scope *scope)
{
        json_t *buckets = json_array();

        for (size_t at = 0; at < scope->n_places;)
                json_append(buckets, bucket_json(scope, &at));
        return buckets;
}

static json_t *actions_json(struct arena *arena, const struct scope *scope)
{
        struct texts rights = scope_list(arena, &(struct scope){.rights = scope->rights});
        json_t *actions = json_array();

        for (size_t i = 0; i < rights.n; i++)
                json_append(actions, json_from_slice(rights.items[i]));
        return actions;
}

static json_t *entry_json(struct arena *arena, const struct details *details)
{
        json_t *entry = json_object();

        json_put(entry, "type", json_string(DETAILS_TYPE));
        json_put(entry, "actions", actions_json(arena, &details->scope));
        if (details->scope.n_places)
                json_put(entry, "buckets", buckets_json(&details->scope));
        if (!uuid_equal(&details->project, &any_project))
                json_put(entry, "project", json_from_uuid(&details->project));
        if (details->lifetime_limit)
                json_put(entry, "expires_in", json_integer(details->lifetime_limit));
        return entry;
}

/* Less than all of it would say something else. */
struct slice details_text(struct arena *arena, const struct details *details)
{
        json_t *list CLEANUP(json_decrefp) = NULL;

        (void)json_ran_out();
        list = json_array();
        json_append(list, entry_json(arena, details));
        return json_text(arena, json_ran_out() ? NULL : list);
}

/* --- meaning --- */

enum err details_join(struct arena *arena, const struct details *details, struct texts scopes,
                      struct scope *ret)
{
        struct scope both[] = {details->scope, {0}};

        if (!scopes.n) {
                *ret = details->scope;
                return ERR_OK;
        }
        TRY(scope_parse_request(arena, scopes, &both[1]));
        if (both[0].rights != both[1].rights)
                return ERR_DETAILS_AND_SCOPE;
        TRY(scope_join(arena, both, ARRAY_SIZE(both), ret));
        return scope_size_check(arena, ret);
}

struct slice details_granted(struct arena *arena, const struct request *request,
                             const struct scope *scope)
{
        struct details details = {.scope = *scope, .project = request->wanted_project};

        if (request->lifetime_limit)
                details.lifetime_limit = request->authorization.lifetime;
        return details_text(arena, &details);
}

bool details_are_of(const struct details *details, const struct uuid *project)
{
        return uuid_equal(&details->project, &any_project) ||
               uuid_equal(&details->project, project);
}
