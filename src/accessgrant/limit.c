/* SPDX-License-Identifier: Apache-2.0
 *
 * Limiting an access to what an API key allows: the paths of each caveat are a union, and the
 * caveats intersect.
 */
#include "accessgrant/limit.h"

#include "accessgrant/access_prefix.h"
#include "accessgrant/api_key.h"
#include "accessgrant/memory.h"
#include "accessgrant/path.h"
#include "accessgrant/words.h"
#include "base/macros.h"

/* A path and the caveat that contains it. */
struct allowed_path {
        struct ag_path path;
        size_t caveat;
};

/* All paths of an API key, in order. */
struct allowed {
        struct allowed_path *paths;
        size_t n;
};

static void allowed_deinit(struct allowed *allowed)
{
        ag_free(allowed->paths);
}

/* The caller has made sure that all caveats are readable. */
static enum ag_error allowed_collect(const ag_api_key *key, struct allowed *allowed)
{
        size_t n = 0;

        allowed->paths = ag_memory_new(ag_api_key_n_paths(key) * sizeof(*allowed->paths));
        if (!allowed->paths)
                return AG_ERR_MEMORY;
        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++) {
                struct ag_caveat caveat;
                struct ag_path path;
                size_t position = 0;

                TRY(ag_api_key_caveat(key, i, &caveat));
                while (ag_caveat_next_path(&caveat, &position, &path))
                        allowed->paths[n++] = (struct allowed_path){.path = path, .caveat = i};
        }
        allowed->n = n;
        return AG_OK;
}

/* Compares bytes, not components, as satellites do. */
static bool path_covers(const struct ag_path *above, const struct ag_path *path)
{
        return slice_equal(slice_of(above->bucket), slice_of(path->bucket)) &&
               slice_starts_with(slice_of(path->encrypted), slice_of(above->encrypted));
}

static bool allowed_permits(const struct allowed *allowed, const struct ag_path *path)
{
        for (size_t i = 0; i < allowed->n;) {
                size_t caveat = allowed->paths[i].caveat;
                bool is_covered = false;

                for (; i < allowed->n && allowed->paths[i].caveat == caveat; i++)
                        is_covered |= path_covers(&allowed->paths[i].path, path);
                if (!is_covered)
                        return false;
        }
        return true;
}

/* Return: whether the error concerns this path only, not the machine or the whole grant. */
static bool may_be_skipped(enum ag_error error, enum ag_unopened unopened)
{
        return error == AG_ERR_NO_KEY || error == AG_ERR_ACCESS ||
               (error == AG_ERR_WRONG_KEY && unopened == AG_UNOPENED_SKIP);
}

static enum ag_error pass_all_on(const ag_access *source, const struct allowed *allowed,
                                 enum ag_unopened unopened, ag_access *access)
{
        for (size_t i = 0; i < allowed->n; i++) {
                enum ag_error error;

                if (!allowed_permits(allowed, &allowed->paths[i].path))
                        continue;
                error = ag_access_pass_on(source, &allowed->paths[i].path, access);
                if (error && !may_be_skipped(error, unopened))
                        return error;
        }
        ag_access_sort(access);
        return AG_OK;
}

enum ag_error ag_limit(const ag_access *access, const ag_api_key *key, enum ag_unopened unopened,
                       ag_access **ret_access)
{
        struct allowed allowed CLEANUP(allowed_deinit) = {0};
        ag_access *limited CLEANUP(ag_access_freep) = NULL;

        if (ag_api_key_is_unreadable(key))
                return ag_access_make(AG_CIPHER_UNSPECIFIED, ret_access);
        TRY(allowed_collect(key, &allowed));
        if (allowed.n == 0)
                return ag_access_copy(access, ret_access);
        TRY(ag_access_make(access->path_cipher, &limited));
        TRY(pass_all_on(access, &allowed, unopened, limited));
        *ret_access = take(&limited);
        return AG_OK;
}

enum ag_error ag_limit_check(const ag_api_key *key, const struct ag_path *path)
{
        struct allowed allowed CLEANUP(allowed_deinit) = {0};

        TRY(allowed_collect(key, &allowed));
        return allowed_permits(&allowed, path) ? AG_OK : AG_ERR_NO_KEY;
}
