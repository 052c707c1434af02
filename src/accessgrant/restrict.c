/* SPDX-License-Identifier: Apache-2.0
 *
 * Narrowing accesses and grants to rights, times and share prefixes (docs/protocol/access-grant.md
 * 6).
 */
#include "accessgrant/access_prefix.h"
#include "accessgrant/api_key.h"
#include "accessgrant/caveat.h"
#include "accessgrant/grant.h"
#include "accessgrant/limit.h"
#include "accessgrant/words.h"
#include "base/macros.h"

/* --- times: those that protobuf and Storj's library can write and read back --- */

static const int64_t time_least = -62135596799; /* a second into the year 1; it begins as
                                                   "no time" to Storj's library */
static const int64_t time_most = 253402300799;  /* the last second of the year 9999 */
static const int64_t span_most = INT64_MAX / 1000000000 - 1; /* 292 years, in nanoseconds */

static bool nanos_are_good(const struct ag_time *time)
{
        return time->nanos >= 0 && time->nanos < 1000000000;
}

static bool time_is_writable(const struct ag_time *time)
{
        return !time ||
               (time->seconds >= time_least && time->seconds <= time_most && nanos_are_good(time));
}

static bool time_is_before(const struct ag_time *a, const struct ag_time *b)
{
        return a->seconds < b->seconds || (a->seconds == b->seconds && a->nanos < b->nanos);
}

static bool span_is_positive(const struct ag_time *span)
{
        return span->seconds > 0 || (span->seconds == 0 && span->nanos > 0);
}

static enum ag_error times_check(const struct ag_restriction *restriction)
{
        const struct ag_time *begin = restriction->not_before, *end = restriction->not_after;
        const struct ag_time *ttl = restriction->max_object_ttl;

        if (!time_is_writable(begin) || !time_is_writable(end) ||
            (begin && end && time_is_before(end, begin)))
                return AG_ERR_TIME_RANGE;
        if (ttl && !span_is_positive(ttl))
                return AG_ERR_TTL;
        return ttl && (ttl->seconds > span_most || !nanos_are_good(ttl)) ? AG_ERR_TIME_RANGE
                                                                         : AG_OK;
}

/* --- share prefixes --- */

/* Finds the encrypted path of a share prefix. People end the name of a folder with '/'; it is
 * dropped, since it would be an empty component (docs/protocol/access-grant.md 6.3). */
static enum ag_error prefix_encrypt(const ag_access *access, const struct ag_place *share,
                                    struct buf *encrypted)
{
        struct ag_place folder = *share;

        if (share->bucket.size == 0)
                return AG_ERR_PLACE;
        if (share->bucket.size > AG_MAX_PATH || share->prefix.size > AG_MAX_PATH)
                return AG_ERR_LIMIT;
        if (folder.prefix.size && folder.prefix.data[folder.prefix.size - 1] == '/')
                folder.prefix.size--;
        buf_reset(encrypted);
        return ag_access_encrypt(access, &folder, encrypted);
}

/* Adds the entry of one share prefix. A bucket needs no key. An access from elsewhere may
 * contradict itself; it has no key for the contradictory path. */
static enum ag_error prefix_limit(const ag_access *access, const struct ag_place *share,
                                  struct buf *encrypted, ag_access *limited)
{
        struct ag_path path = {.bucket = share->bucket};
        enum ag_error error;

        TRY(prefix_encrypt(access, share, encrypted));
        path.encrypted = ag_of(buf_slice(encrypted));
        error = ag_access_pass_on(access, &path, limited);
        if (error == AG_ERR_WRONG_KEY || error == AG_ERR_ACCESS)
                error = AG_ERR_NO_KEY;
        return error == AG_ERR_NO_KEY && path.encrypted.size == 0 ? AG_OK : error;
}

enum ag_error ag_access_limit(const ag_access *access, const struct ag_place *places,
                              size_t n_places, ag_access **ret_access)
{
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);
        ag_access *limited CLEANUP(ag_access_freep) = NULL;

        if (n_places == 0)
                return ag_access_copy(access, ret_access);
        if (n_places > AG_MAX_PLACES)
                return AG_ERR_LIMIT;
        TRY(ag_access_make(access->path_cipher, &limited));
        for (size_t i = 0; i < n_places; i++)
                TRY(prefix_limit(access, &places[i], &encrypted, limited));
        ag_access_sort(limited);
        *ret_access = take(&limited);
        return AG_OK;
}

/* Appends one share prefix as a path of the caveat. A prefix must be within what the grant opens,
 * even if the source of its keys opens more. */
static enum ag_error prefix_write(const ag_grant *grant, const struct ag_place *share,
                                  struct buf *encrypted, struct buf *paths)
{
        struct ag_path path = {.bucket = share->bucket};

        TRY(prefix_encrypt(ag_grant_source(grant), share, encrypted));
        path.encrypted = ag_of(buf_slice(encrypted));
        if (path.encrypted.size && grant->source)
                TRY(ag_limit_check(grant->key, &path));
        ag_caveat_write_path(&path, paths);
        return ag_buf_check(paths);
}

static enum ag_error prefixes_write(const ag_grant *grant, const struct ag_restriction *restriction,
                                    struct buf *paths)
{
        struct buf encrypted CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_PATH);

        if (restriction->n_places > AG_MAX_PLACES)
                return AG_ERR_LIMIT;
        for (size_t i = 0; i < restriction->n_places; i++)
                TRY(prefix_write(grant, &restriction->places[i], &encrypted, paths));
        return AG_OK;
}

/* --- grants --- */

static enum ag_error restriction_check(const struct ag_restriction *restriction)
{
        bool has_time =
                restriction->not_before || restriction->not_after || restriction->max_object_ttl;

        if (!(restriction->rights & AG_RIGHTS_ALL) && !has_time)
                return AG_ERR_NO_RIGHT;
        TRY(times_check(restriction));
        return restriction->nonce.size < AG_NONCE_SIZE_MIN ||
                               restriction->nonce.size > AG_NONCE_SIZE_MAX
                       ? AG_ERR_NONCE
                       : AG_OK;
}

static void time_set(const struct ag_time *time, bool *has, struct ag_time *to)
{
        *has = time != NULL;
        if (time)
                *to = *time;
}

static void caveat_write(const struct ag_restriction *restriction, struct slice paths,
                         struct buf *buf)
{
        struct ag_caveat caveat = {
                .disallowed = ~restriction->rights & AG_RIGHTS_ALL,
                .nonce = restriction->nonce,
        };

        time_set(restriction->not_before, &caveat.has_not_before, &caveat.not_before);
        time_set(restriction->not_after, &caveat.has_not_after, &caveat.not_after);
        time_set(restriction->max_object_ttl, &caveat.has_max_object_ttl, &caveat.max_object_ttl);
        ag_caveat_write(&caveat, paths, buf);
}

enum ag_error ag_grant_restrict(const ag_grant *grant, const struct ag_restriction *restriction,
                                ag_grant **ret_grant)
{
        struct buf paths CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct buf caveat CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        TRY(restriction_check(restriction));
        if (ag_api_key_is_unreadable(grant->key))
                return AG_ERR_CAVEAT;
        TRY(prefixes_write(grant, restriction, &paths));
        caveat_write(restriction, buf_slice(&paths), &caveat);
        TRY(ag_buf_check(&caveat));
        TRY(ag_api_key_restrict(grant->key, buf_slice(&caveat), &key));
        TRY(ag_limit(ag_grant_source(grant), key, AG_UNOPENED_SKIP, &access));
        return ag_grant_make(buf_slice(&grant->satellite), &key, &access, ret_grant);
}
