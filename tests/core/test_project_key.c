/* SPDX-License-Identifier: Apache-2.0
 *
 * The API keys of imported projects (docs/protocol/http.md 4): what their caveats mean together,
 * and what is refused.
 */
#include "odd_keys.h"
#include "remote.h"

/* The text of an API key of thirty-two zero bytes with a caveat for each of these. */
static struct secret api_key_of(struct core *core, const struct ag_restriction *wanted, size_t n)
{
        static const uint8_t zeros[32];
        struct ag_bytes bytes = ag_bytes_new(zeros, sizeof(zeros));
        struct slice satellite = core->policy.satellite_address;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_INT(ag_api_key_new(bytes, bytes, &key), AG_OK);
        CHECK_INT(ag_access_new(n == 1 ? zeros : NULL, AG_CIPHER_AES_GCM, &access), AG_OK);
        CHECK_INT(ag_grant_new(ag_bytes_new(satellite.data, satellite.size), key, access, &grant),
                  AG_OK);
        for (size_t i = 0; i < n; i++) {
                ag_grant *whole CLEANUP(ag_grant_freep) = take(&grant);
                struct ag_restriction restriction = wanted[i];

                restriction.nonce = ag_bytes_new(zeros, 4);
                CHECK_INT(ag_grant_restrict(whole, &restriction, &grant), AG_OK);
        }
        CHECK_INT(ag_api_key_text(ag_grant_api_key(grant), &text), AG_OK);
        return secret_copy(&core->world.arena, slice_from_string(text));
}

static enum err bring_in_key(struct remote *remote, struct secret api_key)
{
        remote->api_key = api_key;
        return import(remote, (struct slice){0});
}

static enum err bring_in_with(struct remote *remote, const struct ag_restriction *caveats, size_t n)
{
        return bring_in_key(remote, api_key_of(&remote->core, caveats, n));
}

TEST(a_project_brought_in_is_inspected)
{
        REMOTE(remote);
        const struct ag_place places[] = {{{(const uint8_t *)"photos", 6}, {NULL, 0}},
                                          {{(const uint8_t *)"music", 5}, {NULL, 0}}};
        const struct ag_time begin = {.seconds = 1000}, end = {.seconds = 1767225601};
        const struct ag_restriction restriction = {.rights = AG_RIGHT_READ | AG_RIGHT_LOCK,
                                                   .places = places,
                                                   .n_places = 2,
                                                   .not_before = &begin,
                                                   .not_after = &end};

        CHECK_OK(bring_in_with(&remote, &restriction, 1));
        CHECK_TEXT(stored(&remote).limits, "read bucket:music bucket:photos");
        CHECK_INT(stored(&remote).key_begins_at.ms, 1000000);
        CHECK_INT(stored(&remote).key_ends_at.ms, NOW.ms + 1000);
        CHECK_STRING(enforced_by_text(ENFORCED_BY_EXPIRY), "expiry");
        CHECK_STRING(enforced_by_text(ENFORCED_BY_CHECK), "check");
        CHECK_STRING(enforced_by_text(ENFORCED_BY_SATELLITE), "satellite");
        remote.core.now.ms += 1000;
        CHECK_ERR(bring_in_with(&remote, &restriction, 1), ERR_API_KEY_EXPIRED);
}

static struct ag_place bucket(const char *name)
{
        return (struct ag_place){.bucket = ag_bytes_new(name, strlen(name))};
}

TEST(the_caveats_of_a_key_intersect)
{
        REMOTE(remote);
        const struct ag_place first[] = {bucket("photos"), bucket("music")};
        const struct ag_place second[] = {bucket("books"), bucket("photos")};
        const struct ag_time times[] = {{.seconds = 1800000000}, {.seconds = 1900000000}};
        struct ag_restriction caveats[] = {
                {AG_RIGHT_READ | AG_RIGHT_LIST, first, 2, &times[0], &times[0], NULL, {0}},
                {AG_RIGHT_READ | AG_RIGHT_WRITE, second, 2, &times[1], &times[1], NULL, {0}},
        };

        CHECK_OK(bring_in_with(&remote, caveats, 2));
        CHECK_TEXT(stored(&remote).limits, "read bucket:photos");
        CHECK_INT(stored(&remote).key_begins_at.ms, 1900000000000);
        CHECK_INT(stored(&remote).key_ends_at.ms, 1800000000000);
        caveats[1].not_before = &times[0]; /* neither begins later nor ends earlier */
        CHECK_OK(bring_in_with(&remote, caveats, 2));
        CHECK_INT(stored(&remote).key_begins_at.ms, 1800000000000);
        caveats[0].not_after = &times[1];
        caveats[1].not_after = &times[0];
        CHECK_OK(bring_in_with(&remote, caveats, 2));
        CHECK_INT(stored(&remote).key_ends_at.ms, 1800000000000);
        caveats[1].n_places = 1;
        CHECK_ERR(bring_in_with(&remote, caveats, 2), ERR_API_KEY_EMPTY);
}

TEST(times_of_a_key_before_1970_are_long_past)
{
        REMOTE(remote);
        struct ag_time begin = {.seconds = -1}, end = {.seconds = 253402300799};
        struct ag_restriction restriction = {
                .rights = AG_RIGHTS_ALL, .not_before = &begin, .not_after = &end};

        CHECK_OK(bring_in_with(&remote, &restriction, 1));
        CHECK_INT(stored(&remote).key_begins_at.ms, 1);
        CHECK_INT(stored(&remote).key_ends_at.ms, 253402300799000);
        CHECK(!stored(&remote).limits.data);
        end.seconds = -5;
        restriction.not_before = NULL;
        CHECK_ERR(bring_in_with(&remote, &restriction, 1), ERR_API_KEY_EXPIRED);
}

TEST(a_key_with_every_right_to_some_buckets_is_limited_to_them)
{
        REMOTE(remote);
        const struct ag_place twice[] = {bucket("photos"), bucket("music"), bucket("photos")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHTS_ALL, .places = twice, .n_places = 3};

        CHECK_OK(bring_in_with(&remote, &restriction, 1));
        CHECK_TEXT(stored(&remote).limits,
                   "read write list delete lock bucket:music bucket:photos");
}

TEST(a_time_beyond_what_is_kept_is_cut_there)
{
        REMOTE(remote);
        static const char last[] = "\xa2\x01\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
        struct ag_restriction restriction = {.rights = AG_RIGHTS_ALL};
        struct secret key =
                odd_key(&remote.core.world.arena, api_key_of(&remote.core, &restriction, 1),
                        slice_new(last, sizeof(last) - 1));

        CHECK_OK(bring_in_key(&remote, key));
        CHECK_INT(stored(&remote).key_ends_at.ms, INT64_MAX / 2);
}

TEST(a_key_of_a_prefix_or_of_a_bucket_without_a_valid_name_is_refused)
{
        REMOTE(remote);
        struct ag_place place = {{(const uint8_t *)"photos", 6}, {(const uint8_t *)"a/", 2}};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = &place, .n_places = 1};

        CHECK_ERR(bring_in_with(&remote, &restriction, 1), ERR_API_KEY_PREFIX);
        place = (struct ag_place){{(const uint8_t *)"Photos", 6}, {NULL, 0}};
        CHECK_ERR(bring_in_with(&remote, &restriction, 1), ERR_API_KEY_BUCKET);
        place.bucket = (struct ag_bytes){(const uint8_t *)"photos bucket:music", 19};
        CHECK_ERR(bring_in_with(&remote, &restriction, 1), ERR_API_KEY_BUCKET);
        CHECK_ERR(bring_in_key(&remote, (struct secret){SLICE("1abc")}), ERR_API_KEY_MALFORMED);
        CHECK_INT(n_projects(&remote), 1);
}

TEST(a_project_brought_in_needs_an_address_and_is_kept_sealed_or_not_at_all)
{
        REMOTE(remote);
        struct slice address = remote.core.policy.satellite_address;
        struct project_form form = {.name = SLICE("Self-issued")};

        remote.core.policy.satellite_address = SLICE("localhost:7777");
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_SATELLITE_ADDRESS);
        remote.core.policy.satellite_address = SLICE("");
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_FIELD_MISSING);
        remote.core.policy.satellite_address = address;
        remote.core.seal.n_keys = 0;
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_INTERNAL);
        CHECK_ERR(project_create(core_op(&remote.core), &form, &remote.project), ERR_INTERNAL);
        CHECK_INT(n_projects(&remote), 1);
}

TEST(an_account_has_so_many_projects_and_one_more_is_not_brought_in)
{
        REMOTE(remote);
        struct project_form form = {.name = SLICE("Self-issued")};

        while (n_projects(&remote) < LIMIT_PROJECTS)
                CHECK_OK(project_create(core_op(&remote.core), &form, &remote.project));
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_TOO_MANY);
}
