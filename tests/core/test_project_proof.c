/* SPDX-License-Identifier: Apache-2.0
 *
 * Projects proven at their satellite.
 */
#include "core/grants/restricted_key.h"
#include "core/projects/proof.h"
#include "net.h"

TEST(a_project_is_brought_in_with_the_salt_that_the_satellite_tells)
{
        NET(net);

        CHECK_OK(bring_in(&net, (struct slice){0}));
        CHECK(slice_equal(stored(&net).salt, net.satellite.salt));
        CHECK_TEXT(stored(&net).public_id, "0123456789abcdef");
        CHECK_INT(project_enforced_by(&net.project), ENFORCED_BY_SATELLITE);
        CHECK_INT(net.satellite.n_infos, 1);
}

TEST(a_throw_away_child_is_tried_and_never_the_key_itself_first)
{
        NET(net);
        struct slice first;

        CHECK_OK(bring_in(&net, (struct slice){0}));
        first = net.satellite.keys[0];
        CHECK_OK(bring_in(&net, (struct slice){0}));
        CHECK(!slice_equal(first, net.satellite.keys[1]));
        CHECK_INT(first.size, 71 + 2 + 19 + 1); /* the key and one caveat of a nonce */
}

TEST(a_key_that_works_and_whose_child_does_not_is_auditable)
{
        NET(net);

        net.satellite.infos[0] = ERR_SATELLITE_KEY_REFUSED;
        CHECK_ERR(bring_in(&net, (struct slice){0}), ERR_API_KEY_AUDITABLE);
        CHECK_INT(net.satellite.keys[1].size, 71);
        CHECK_INT(n_projects(&net), 1);
}

TEST(what_the_satellite_refuses_or_who_is_none_is_refused_with_a_salt_too)
{
        static const enum err refusals[] = {ERR_SATELLITE_KEY_REFUSED, ERR_SATELLITE_KEY_INVALID,
                                            ERR_SATELLITE_IDENTITY_MISMATCH,
                                            ERR_SATELLITE_PROTOCOL};

        for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
                NET(net);

                double_say(&net.satellite, refusals[i], ERR_OK);
                CHECK_ERR(bring_in(&net, (struct slice){0}), refusals[i]);
                CHECK_ERR(bring_in(&net, net.satellite.salt), refusals[i]);
                CHECK_INT(n_projects(&net), 1);
        }
}

TEST(a_satellite_that_is_away_is_done_without_only_where_the_salt_is_given)
{
        static const enum err away[] = {ERR_SATELLITE_UNAVAILABLE, ERR_SATELLITE_OUTCOME_UNKNOWN,
                                        ERR_SATELLITE_BUSY,        ERR_SATELLITE_FAILED,
                                        ERR_SATELLITE_FORBIDDEN,   ERR_BUSY};

        for (size_t i = 0; i < ARRAY_SIZE(away); i++) {
                NET(net);

                double_say(&net.satellite, away[i], ERR_OK);
                CHECK_ERR(bring_in(&net, (struct slice){0}), away[i]);
                CHECK_INT(n_projects(&net), 1);
                CHECK_OK(bring_in(&net, net.satellite.salt));
                CHECK_INT(project_enforced_by(&net.project), ENFORCED_BY_EXPIRY);
                CHECK_TEXT(stored(&net).problem, error_info(away[i])->name);
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
        NET(net);
        unsigned wait = 0;

        net.core.ports.rate_limit.begin = begin_later;
        net.core.caller.wait = &wait;
        CHECK_ERR(bring_in(&net, (struct slice){0}), ERR_TOO_MANY_REQUESTS);
        CHECK_ERR(bring_in(&net, net.satellite.salt), ERR_TOO_MANY_REQUESTS);
        CHECK_INT(wait, 7);
        CHECK_INT(net.satellite.n_infos, 0);
        CHECK_INT(n_projects(&net), 1);
}

TEST(a_salt_that_is_not_the_satellites_is_refused)
{
        NET(net);

        CHECK_OK(bring_in(&net, net.satellite.salt));
        CHECK_INT(project_enforced_by(&net.project), ENFORCED_BY_SATELLITE);

        CHECK_ERR(bring_in(&net, SLICE("another salt")), ERR_SALT_DIFFERS);
        CHECK_INT(n_projects(&net), 2);
}

static void prove(struct net *net, size_t expected)
{
        size_t n = 99;

        CHECK_OK(project_prove_due(core_op(&net->core), &net->desk, &n));
        CHECK_INT(n, expected);
}

TEST(a_project_that_is_not_proven_is_proven_later)
{
        NET(net);

        double_say(&net.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(bring_in(&net, net.satellite.salt));
        prove(&net, 0); /* not yet */
        net.core.now.ms += 61000;
        prove(&net, 1); /* still away */
        CHECK_INT(project_enforced_by(&(struct project){.prove_at = stored(&net).prove_at}),
                  ENFORCED_BY_EXPIRY);
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 61000;
        prove(&net, 1);
        CHECK_INT(stored(&net).prove_at.ms, 0);
        CHECK(!stored(&net).problem.data);
        net.core.now.ms += 86400000;
        prove(&net, 0);
}

TEST(a_project_with_a_wrong_salt_stays_unproven_and_says_why)
{
        NET(net);

        double_say(&net.satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(bring_in(&net, SLICE("another salt")));
        double_say(&net.satellite, ERR_OK, ERR_OK);
        net.core.now.ms += 61000;
        prove(&net, 1);
        CHECK_TEXT(stored(&net).problem, "ERR_SALT_DIFFERS");
        CHECK_INT(stored(&net).prove_at.ms, net.core.now.ms + 86400000);
}

TEST(a_key_whose_caveats_leave_no_room_is_refused)
{
        NET(net);
        struct secret raw = net.api_key, child;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_api_key_parse(ag_bytes_new(net.api_key.hidden.data, net.api_key.hidden.size),
                               AG_STRICT, &key) == AG_OK);
        raw.hidden = slice_new(ag_api_key_raw(key).data, ag_api_key_raw(key).size);
        for (int i = 0; i < AG_MAX_CAVEATS - 2; i++) {
                CHECK_OK(restricted_key_fresh(&net.core.ports.entropy, &net.core.world.arena, raw,
                                              &child));
                raw = child;
        }
        ag_api_key_free(key);
        CHECK(ag_api_key_parse_raw(ag_bytes_new(raw.hidden.data, raw.hidden.size), AG_STRICT,
                                   &key) == AG_OK);
        CHECK(ag_api_key_text(key, &text) == AG_OK);
        net.api_key = secret_copy(&net.core.world.arena, slice_from_string(text));
        CHECK_ERR(bring_in(&net, (struct slice){0}), ERR_API_KEY_FULL);
        CHECK_INT(net.satellite.n_infos, 0);
}
