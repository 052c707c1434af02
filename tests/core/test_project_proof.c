/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects proven at their satellite.
 */
#include "core/grants/restricted_key.h"
#include "core/projects/proof.h"
#include "remote.h"

TEST(a_project_is_brought_in_with_the_salt_that_the_satellite_tells)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, (struct slice){0}));
        CHECK(slice_equal(stored(&remote).salt, remote.satellite.salt));
        CHECK_TEXT(stored(&remote).public_id, "0123456789abcdef");
        CHECK_INT(project_enforced_by(&remote.project), ENFORCED_BY_SATELLITE);
        CHECK_INT(remote.satellite.n_infos, 1);
}

TEST(a_throw_away_child_is_tried_and_never_the_key_itself_first)
{
        REMOTE(remote);
        struct slice first;

        CHECK_OK(import(&remote, (struct slice){0}));
        first = remote.satellite.keys[0];
        CHECK_OK(import(&remote, (struct slice){0}));
        CHECK(!slice_equal(first, remote.satellite.keys[1]));
        CHECK_INT(first.size, 71 + 2 + 19 + 1); /* the key and one caveat of a nonce */
}

TEST(a_key_that_works_and_whose_child_does_not_is_auditable)
{
        REMOTE(remote);

        remote.satellite.infos[0] = ERR_SATELLITE_KEY_REFUSED;
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_API_KEY_AUDITABLE);
        CHECK_INT(remote.satellite.keys[1].size, 71);
        CHECK_INT(n_projects(&remote), 1);
}

TEST(what_the_satellite_refuses_or_who_is_none_is_refused_with_a_salt_too)
{
        static const enum err refusals[] = {ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
                                            ERR_SATELLITE_IDENTITY_MISMATCH,
                                            ERR_SATELLITE_PROTOCOL};

        for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
                REMOTE(remote);

                double_say(&remote.satellite, refusals[i], ERR_OK);
                CHECK_ERR(import(&remote, (struct slice){0}), refusals[i]);
                CHECK_ERR(import(&remote, remote.satellite.salt), refusals[i]);
                CHECK_INT(n_projects(&remote), 1);
        }
}

TEST(a_satellite_that_is_away_is_done_without_only_where_the_salt_is_given)
{
        static const enum err away[] = {ERR_SATELLITE_UNAVAILABLE, ERR_SATELLITE_OUTCOME_UNKNOWN,
                                        ERR_SATELLITE_BUSY,        ERR_SATELLITE_FAILED,
                                        ERR_SATELLITE_FORBIDDEN,   ERR_BUSY};

        for (size_t i = 0; i < ARRAY_SIZE(away); i++) {
                REMOTE(remote);

                double_say(&remote.satellite, away[i], ERR_OK);
                CHECK_ERR(import(&remote, (struct slice){0}), away[i]);
                CHECK_INT(n_projects(&remote), 1);
                CHECK_OK(import(&remote, remote.satellite.salt));
                CHECK_INT(project_enforced_by(&remote.project), ENFORCED_BY_EXPIRY);
                CHECK_TEXT(stored(&remote).problem, error_info(away[i])->name);
        }
}

static int64_t begin_later(void *context, const struct rate_limit_key *key,
                           const struct rate_limit *rule)
{
        (void)context;
        (void)key;
        (void)rule;
        return 7;
}

TEST(whoever_has_asked_satellites_too_often_waits_and_none_is_asked)
{
        REMOTE(remote);
        unsigned wait = 0;

        remote.core.ports.rate_limit.begin = begin_later;
        remote.core.caller.wait = &wait;
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_TOO_MANY_REQUESTS);
        CHECK_ERR(import(&remote, remote.satellite.salt), ERR_TOO_MANY_REQUESTS);
        CHECK_INT(wait, 7);
        CHECK_INT(remote.satellite.n_infos, 0);
        CHECK_INT(n_projects(&remote), 1);
}

TEST(a_salt_that_is_not_the_satellites_is_refused)
{
        REMOTE(remote);

        CHECK_OK(import(&remote, remote.satellite.salt));
        CHECK_INT(project_enforced_by(&remote.project), ENFORCED_BY_SATELLITE);

        CHECK_ERR(import(&remote, SLICE("another salt")), ERR_SALT_DIFFERS);
        CHECK_INT(n_projects(&remote), 2);
}

static void prove(struct remote *remote, size_t expected)
{
        size_t n = 99;

        CHECK_OK(project_prove_due(core_op(&remote->core), &remote->desk, &n));
        CHECK_INT(n, expected);
}

TEST(a_project_that_is_not_proven_is_proven_later)
{
        REMOTE(remote);

        double_say(&remote.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(import(&remote, remote.satellite.salt));
        prove(&remote, 0); /* not yet */
        remote.core.now.ms += 61000;
        prove(&remote, 1); /* still away */
        CHECK_INT(project_enforced_by(&(struct project){.prove_at = stored(&remote).prove_at}),
                  ENFORCED_BY_EXPIRY);
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        remote.core.now.ms += 61000;
        prove(&remote, 1);
        CHECK_INT(stored(&remote).prove_at.ms, 0);
        CHECK(!stored(&remote).problem.data);
        remote.core.now.ms += 86400000;
        prove(&remote, 0);
}

TEST(a_project_with_a_wrong_salt_stays_unproven_and_says_why)
{
        REMOTE(remote);

        double_say(&remote.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(import(&remote, SLICE("another salt")));
        double_say(&remote.satellite, ERR_OK, ERR_OK);
        remote.core.now.ms += 61000;
        prove(&remote, 1);
        CHECK_TEXT(stored(&remote).problem, "ERR_SALT_DIFFERS");
        CHECK_INT(stored(&remote).prove_at.ms, remote.core.now.ms + 86400000);
}

TEST(a_key_whose_caveats_leave_no_room_is_refused)
{
        REMOTE(remote);
        struct secret raw = remote.api_key, child;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_api_key_parse(ag_bytes_new(remote.api_key.hidden.data, remote.api_key.hidden.size),
                               AG_STRICT, &key) == AG_OK);
        raw.hidden = slice_new(ag_api_key_raw(key).data, ag_api_key_raw(key).size);
        for (int i = 0; i < AG_MAX_CAVEATS - 2; i++) {
                CHECK_OK(restricted_key_fresh(&remote.core.ports.entropy, &remote.core.world.arena,
                                              raw, &child));
                raw = child;
        }
        ag_api_key_free(key);
        CHECK(ag_api_key_parse_raw(ag_bytes_new(raw.hidden.data, raw.hidden.size), AG_STRICT,
                                   &key) == AG_OK);
        CHECK(ag_api_key_text(key, &text) == AG_OK);
        remote.api_key = secret_copy(&remote.core.world.arena, slice_from_string(text));
        CHECK_ERR(import(&remote, (struct slice){0}), ERR_API_KEY_FULL);
        CHECK_INT(remote.satellite.n_infos, 0);
}
