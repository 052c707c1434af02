/* SPDX-License-Identifier: Apache-2.0
 *
 * Links by which another password is chosen: whose they are, for how long, and what ends them.
 */
#include "fixture.h"

static enum err link_make(struct world *world, int64_t account, int64_t token)
{
        struct password_reset reset = {id_of(account), digest_of(token), after(60)};

        return STORE(world, reset_insert, &reset, &audit);
}

static enum err link_find(struct world *world, int64_t token, struct instant now)
{
        struct digest digest = digest_of(token);
        struct account found;
        enum err error = STORE_AS(world, NULL, now, reset_find, &digest, &found);

        if (error == ERR_OK)
                CHECK_TEXT(found.email, "user1@example.com");
        return error;
}

static enum err link_use(struct world *world, int64_t account, int64_t token, struct instant now)
{
        struct digest digest = digest_of(token);
        struct new_password password = {.password = SLICE("$argon2id$new"), .reset = &digest};

        return STORE_AS(world, id(world, account), now, account_set_password, &password, &audit);
}

TEST(a_link_sets_the_password_once_and_ends_all_sessions)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct session_page page = {{.limit = LIMIT_LIST}, 100};
        struct session_list sessions;

        session_new(&world, 30);
        CHECK_OK(link_make(&world, 1, 7));
        CHECK_OK(link_find(&world, 7, after(59)));
        CHECK_OK(link_use(&world, 1, 7, after(59)));
        CHECK_TEXT(identity_now(&world, 1).secret, "$argon2id$new");
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, session_list, &page, &sessions));
        CHECK_INT(sessions.n, 0);
        CHECK_ERR(link_find(&world, 7, after(59)), ERR_NO_ROW);
        CHECK_ERR(link_use(&world, 1, 7, after(59)), ERR_NO_ROW);
}

TEST(a_link_ends_after_its_time)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(link_make(&world, 1, 7));
        CHECK_ERR(link_find(&world, 7, after(60)), ERR_NO_ROW);
        CHECK_ERR(link_use(&world, 1, 7, after(60)), ERR_NO_ROW);
        CHECK_TEXT(identity_now(&world, 1).secret, "$argon2id$...");
}

TEST(a_newer_link_ends_the_older_one)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(link_make(&world, 1, 7));
        CHECK_OK(link_make(&world, 1, 8));
        CHECK_ERR(link_use(&world, 1, 7, NOW), ERR_NO_ROW);
        CHECK_OK(link_use(&world, 1, 8, NOW));
}

TEST(a_link_is_of_use_to_its_account_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account other = account_of(&world, 2);

        CHECK_OK(account_add(&world, &other, NULL));
        CHECK_OK(link_make(&world, 1, 7));
        CHECK_ERR(link_use(&world, 2, 7, NOW), ERR_NO_ROW);
        CHECK_TEXT(identity_now(&world, 2).secret, "$argon2id$...");
        CHECK_OK(link_find(&world, 7, NOW));
}

TEST(a_password_that_is_changed_otherwise_ends_the_link)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(link_make(&world, 1, 7));
        CHECK_OK(password_set(&world, 1, SLICE("$argon2id$other")));
        CHECK_ERR(link_find(&world, 7, NOW), ERR_NO_ROW);
}

TEST(a_disabled_account_has_no_link_and_gets_none)
{
        struct world world CLEANUP(world_end) = world_with_client();

        CHECK_OK(link_make(&world, 1, 7));
        CHECK_OK(STORE(&world, account_disable, id(&world, 1), &audit));
        CHECK_ERR(link_find(&world, 7, NOW), ERR_NO_ROW);
        CHECK_ERR(link_make(&world, 1, 8), ERR_NO_ROW);
        CHECK_OK(STORE(&world, account_enable, id(&world, 1), &audit));
        CHECK_ERR(link_find(&world, 7, NOW), ERR_NO_ROW);
        CHECK_OK(link_make(&world, 1, 8));
        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK_ERR(link_find(&world, 8, NOW), ERR_NO_ROW);
}

TEST(clean_up_takes_what_has_ended)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct cleanup_limits limits = {.audit_before = after(-9999)};
        int64_t n;

        CHECK_OK(link_make(&world, 1, 7));
        CHECK_OK(STORE_AS(&world, NULL, after(59), cleanup, &limits, &n));
        CHECK_INT(n, 0);
        CHECK_OK(STORE_AS(&world, NULL, after(60), cleanup, &limits, &n));
        CHECK_INT(n, 1);
}
