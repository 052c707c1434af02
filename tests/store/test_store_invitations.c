/* SPDX-License-Identifier: Apache-2.0
 *
 * Invitations: for whom, for how long, and how often.
 */
#include "copies.h"

static struct world world_with_invitation(void)
{
        struct world world = world_with_client();
        struct invitation invitation = invitation_of(&world, 45);

        CHECK_OK(STORE(&world, invitation_put, &invitation, &audit));
        return world;
}

static struct account guest_of(struct world *world, int64_t number, const char *email)
{
        struct account account = account_of(world, number);

        account.email = slice_from_string(email);
        return account;
}

static enum err find_at(struct world *world, int64_t number, struct instant now)
{
        struct digest token = digest_of(number);
        struct invitation found;

        return STORE_AS(world, NULL, now, invitation_find, &token, &found);
}

static size_t n_open(struct world *world, struct instant now)
{
        struct list_page page = {.limit = LIMIT_LIST};
        struct invitation_list list;

        CHECK_OK(STORE_AS(world, NULL, now, invitation_list, &page, &list));
        return list.n;
}

TEST(an_invitation_is_found_by_its_token_until_it_expires)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct digest token = digest_of(45);
        struct invitation found;

        CHECK_OK(STORE(&world, invitation_find, &token, &found));
        CHECK_ID(found.id, 45);
        CHECK_TEXT(found.email, "guest45@example.com");
        CHECK_INT(found.expires_at.ms, after(3600).ms);
        CHECK_OK(find_at(&world, 45, after(3599)));
        CHECK_ERR(find_at(&world, 45, after(3600)), ERR_NO_ROW);
        CHECK_ERR(find_at(&world, 46, NOW), ERR_NO_ROW);
        CHECK_INT(n_open(&world, after(3599)), 1);
        CHECK_INT(n_open(&world, after(3600)), 0);
}

TEST(one_account_uses_an_invitation_up)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct account first = guest_of(&world, 2, "guest45@example.com"), found;
        struct digest token = digest_of(45);

        CHECK_OK(account_add_invited(&world, &first, &token));
        first.id = id_of(3);
        CHECK_ERR(account_add_invited(&world, &first, &token), ERR_INVITATION_INVALID);
        CHECK_OK(STORE(&world, account_find, &SLICE("guest45@example.com"), &found));
        CHECK_ID(found.id, 2);
        CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
}

TEST(an_invitation_is_of_use_to_its_address_alone_and_not_used_up_by_another)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct account other = guest_of(&world, 2, "other@example.com"), found;
        struct account late = guest_of(&world, 3, "guest45@example.com");
        struct identity identity = identity_of(&late);
        struct digest token = digest_of(45);
        struct new_account made = {.identity = &identity, .invitation = &token};

        CHECK_ERR(account_add_invited(&world, &other, &token), ERR_INVITATION_INVALID);
        CHECK_ERR(STORE(&world, account_find, &SLICE("other@example.com"), &found), ERR_NO_ROW);
        CHECK_OK(find_at(&world, 45, NOW));
        CHECK_ERR(STORE_AS(&world, NULL, after(3600), account_insert, &made, &audit),
                  ERR_INVITATION_INVALID);
        CHECK_OK(STORE_AS(&world, NULL, after(3599), account_insert, &made, &audit));
}

TEST(an_account_that_comes_without_it_ends_the_invitation_of_its_address)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct account account = guest_of(&world, 2, "guest45@example.com");
        struct project project = project_of(11, 2);

        CHECK_OK(account_add(&world, &account, &project));
        CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
}

TEST(an_account_gets_the_roles_of_an_invitation_only_if_the_address_is_proven)
{
        for (int is_proven = 0; is_proven < 2; is_proven++) {
                struct world world CLEANUP(world_end) = world_with_invitation();
                struct account account = guest_of(&world, 2, "guest45@example.com"), found;
                struct identity identity = identity_of(&account);
                struct new_account made = {.identity = &identity, .is_address_proven = is_proven};

                CHECK_OK(STORE_AS(&world, NULL, NOW, account_insert, &made, &audit));
                CHECK_OK(STORE(&world, account_find, &account.email, &found));
                CHECK_INT(found.roles, is_proven ? ACCOUNT_DEVELOPER : 0);
                CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
        }
}

TEST(another_invitation_of_an_address_replaces_the_first)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct invitation again = invitation_of(&world, 46);

        again.email = SLICE("guest45@example.com");
        CHECK_OK(STORE(&world, invitation_put, &again, &audit));
        CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
        CHECK_OK(find_at(&world, 46, NOW));
        CHECK_INT(n_open(&world, NOW), 1);
}

TEST(a_link_that_was_asked_for_is_beside_the_invitation_and_either_ends_both)
{
        for (int64_t used = 45; used <= 46; used++) {
                struct world world CLEANUP(world_end) = world_with_invitation();
                struct invitation asked = invitation_of(&world, 46);
                struct account account = account_of(&world, 2), made;
                struct digest token = digest_of(used);

                asked.email = SLICE("guest45@example.com");
                asked.is_asked = true;
                asked.roles = 0;
                CHECK_OK(STORE(&world, invitation_put, &asked, &audit));
                CHECK_OK(find_at(&world, 45, NOW));
                CHECK_OK(find_at(&world, 46, NOW));
                CHECK_INT(n_open(&world, NOW), 1); /* an operator's */
                account.email = asked.email;
                CHECK_OK(account_add_invited(&world, &account, &token));
                CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
                CHECK_ERR(find_at(&world, 46, NOW), ERR_NO_ROW);
                CHECK_OK(STORE(&world, account_find, &asked.email, &made));
                CHECK_INT(made.roles, used == 46 ? ACCOUNT_DEVELOPER : 0);
        }
}

TEST(a_withdrawn_invitation_is_gone_and_the_trail_has_its_id)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct slice email = SLICE("guest45@example.com");
        struct audit_page page = {.before = after(1), .page.limit = LIMIT_LIST};
        struct audit_list trail;

        CHECK_OK(STORE(&world, invitation_delete, &email, &audit));
        CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, invitation_delete, &email, &audit), ERR_NO_ROW);
        CHECK_OK(STORE(&world, audit_list, &page, &trail));
        CHECK_ID(trail.items[trail.n - 1].subject_id, 45);
}

TEST(invitations_are_listed_in_pages)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct invitation more = invitation_of(&world, 46);
        struct list_page page = {.limit = 1};
        struct invitation_list list;

        CHECK_OK(STORE(&world, invitation_put, &more, &audit));
        CHECK_OK(STORE(&world, invitation_list, &page, &list));
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].id, 45);
        CHECK(list.is_cut);
        page.after = list.next;
        CHECK_OK(STORE(&world, invitation_list, &page, &list));
        CHECK_ID(list.items[0].id, 46);
        CHECK(list_cursor_is_none(&list.next));
}

TEST(cleanup_removes_what_has_expired)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct cleanup_limits limits = {0};
        int64_t n;

        CHECK_OK(STORE_AS(&world, NULL, after(3599), cleanup, &limits, &n));
        CHECK_INT(n, 0);
        CHECK_OK(STORE_AS(&world, NULL, after(3600), cleanup_waiting, &limits, &n));
        CHECK_INT(n, 1);
        CHECK_OK(STORE_AS(&world, NULL, after(3600), cleanup, &limits, &n));
        CHECK_INT(n, 1);
}

TEST(no_invitation_comes_back_with_a_backup)
{
        struct world world CLEANUP(world_end) = world_with_invitation();
        struct recovered recovered;

        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        CHECK_ERR(find_at(&world, 45, NOW), ERR_NO_ROW);
}
