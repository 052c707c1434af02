/* SPDX-License-Identifier: Apache-2.0
 *
 * What operators see of everybody.
 */
#include "core/clients/client_review.h"
#include "passkeys.h"

/* Accounts 1 to 4, made one after the other. */
static struct world world_with_accounts(void)
{
        struct world world = world_with_client();

        for (int64_t number = 2; number <= 4; number++) {
                struct account account = account_of(&world, number);

                CHECK_OK(account_add(&world, &account, NULL));
        }
        return world;
}

static struct overview_list overviews(struct world *world, const char *email,
                                      struct list_cursor after_)
{
        const struct overview_page page = {.page = {.limit = 2, .after = after_},
                                           .email = slice_from_string(email)};
        struct overview_list list;

        CHECK_OK(STORE(world, overview_list, &page, &list));
        return list;
}

TEST(accounts_are_paged_from_the_newest)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct overview_list list = overviews(&world, "", (struct list_cursor){0});

        CHECK_INT(list.n, 2);
        CHECK_ID(list.items[0].account.id, 4);
        CHECK_ID(list.items[1].account.id, 3);
        CHECK(list.is_cut);
        CHECK_OK(STORE(&world, account_delete, id(&world, 2), &audit));
        list = overviews(&world, "", list.next);
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].account.id, 1);
        CHECK(list_cursor_is_none(&list.next));
}

TEST(accounts_are_paged_by_the_beginning_of_their_address)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct overview_list list = overviews(&world, "user", (struct list_cursor){0});
        struct list_cursor next = list.next;

        CHECK_INT(list.n, 2);
        CHECK_TEXT(list.items[0].account.email, "user1@example.com");
        CHECK_TEXT(list.items[1].account.email, "user2@example.com");
        list = overviews(&world, "user", next);
        CHECK_INT(list.n, 2);
        CHECK_TEXT(list.items[0].account.email, "user3@example.com");
        CHECK(list_cursor_is_none(&list.next));
        CHECK_INT(overviews(&world, "user3@example.com", (struct list_cursor){0}).n, 1);
        CHECK_INT(overviews(&world, "user_@", (struct list_cursor){0}).n, 0);
        CHECK_INT(overviews(&world, "user%", (struct list_cursor){0}).n, 0);
        CHECK_OK(STORE(&world, account_delete, id(&world, 2), &audit));
        CHECK_INT(overviews(&world, "user", next).n, 0);
}

TEST(an_overview_says_when_somebody_logged_in_and_with_what_they_could)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct session session = session_of(40);
        struct overview_list list;

        session.created_at = after(7);
        CHECK_OK(session_add(&world, &session));
        CHECK_OK(passkey_add(&world, 10, 1));
        list = overviews(&world, "user1@", (struct list_cursor){0});
        CHECK_INT(list.items[0].last_login_at.ms, after(7).ms);
        CHECK(list.items[0].has_passkey);
        CHECK(!list.items[0].has_factor);
        list = overviews(&world, "user2@", (struct list_cursor){0});
        CHECK_INT(list.items[0].last_login_at.ms, 0);
        CHECK(!list.items[0].has_passkey);
}

/* --- applications that await approval --- */

static void client_wait(struct world *world, int64_t number, int64_t account, int64_t seconds)
{
        struct client client = client_of(world, number, account);

        client.status = CLIENT_WAITING;
        client.created_at = after(seconds);
        CHECK_OK(STORE(world, client_insert, &client, &audit));
}

static struct waiting_client_list waiting(struct world *world, struct list_cursor after_)
{
        const struct list_page page = {.limit = 2, .after = after_};
        struct waiting_client_list list;

        CHECK_OK(STORE(world, waiting_client_list, &page, &list));
        return list;
}

TEST(applications_that_wait_are_paged_from_the_oldest)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct waiting_client_list list;

        client_wait(&world, 21, 2, 3);
        client_wait(&world, 22, 3, 1);
        client_wait(&world, 23, 2, 2);
        list = waiting(&world, (struct list_cursor){0});
        CHECK_INT(list.n, 2);
        CHECK_ID(list.items[0].client.id, 22);
        CHECK_TEXT(list.items[0].email, "user3@example.com");
        CHECK_INT(list.items[0].client.n_secrets, 0);
        CHECK(list.items[0].client.redirect_uris.n > 0);
        CHECK_ID(list.items[1].client.id, 23);
        list = waiting(&world, list.next);
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].client.id, 21);
        CHECK_OK(STORE(&world, account_disable, id(&world, 2), &audit));
        CHECK_OK(STORE(&world, account_delete, id(&world, 3), &audit));
        CHECK_INT(waiting(&world, (struct list_cursor){0}).n, 0);
}

static enum err reviewed(struct world *world, const struct digest *revision)
{
        const struct client_status_change change = {.id = id_of(21),
                                                    .status = CLIENT_ACTIVE,
                                                    .by_operator = true,
                                                    .revision = revision};

        return STORE(world, client_set_status, &change, &audit);
}

TEST(what_was_looked_at_is_approved_and_nothing_else)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct client_change change = {.id = id_of(21), .name = SLICE("Your Bank")};
        struct digest seen, now;
        struct client client;

        client_wait(&world, 21, 2, 1);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 21), &client));
        CHECK_OK(client_revision(&client, &seen));
        CHECK_OK(STORE_AS(&world, id(&world, 2), NOW, client_update, &change, &audit));
        CHECK_ERR(reviewed(&world, &seen), ERR_CLIENT_CHANGED);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 21), &client));
        CHECK_INT(client.status, CLIENT_WAITING);
        CHECK_OK(client_revision(&client, &now));
        CHECK_OK(reviewed(&world, &now));
        CHECK_ERR(reviewed(&world, &now), ERR_CLIENT_CHANGED);
}

TEST(a_revision_is_of_all_that_is_approved)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct client client = client_of(&world, 21, 2), other;
        struct slice uris[] = {SLICE("https://a.example/"), SLICE("https://b.example/")};
        struct digest first, second;

        client.redirect_uris = (struct texts){uris, 1};
        CHECK_OK(client_revision(&client, &first));
        other = client;
        other.description = SLICE("another");
        CHECK_OK(client_revision(&other, &second));
        CHECK(digest_equal(&first, &second));
        other.redirect_uris.n = 2;
        CHECK_OK(client_revision(&other, &second));
        CHECK(!digest_equal(&first, &second));
        other = client;
        other.type = APPLICATION_NATIVE;
        CHECK_OK(client_revision(&other, &second));
        CHECK(!digest_equal(&first, &second));
        other = client;
        other.auth_method = CLIENT_AUTH_NONE;
        CHECK_OK(client_revision(&other, &second));
        CHECK(!digest_equal(&first, &second));
}

/* --- the audit trail --- */

static void note(struct world *world, const char *action, int64_t seconds)
{
        const struct audit_entry entry = {.action = action,
                                          .outcome = "ok",
                                          .account_id = id_of(1),
                                          .actor_id = id_of(2),
                                          .at = after(seconds)};

        CHECK_OK(STORE(world, audit_write, &entry));
}

TEST(the_audit_trail_is_paged_from_its_end_also_within_one_instant)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct list_page page = {.limit = 2};
        struct audit_list list;

        note(&world, "second", 1000);
        note(&world, "third", 1000);
        note(&world, "first", 999);
        CHECK_OK(STORE(&world, audit_newest, &page, &list));
        CHECK_INT(list.n, 2);
        CHECK_TEXT(list.items[0].action, "third");
        CHECK_TEXT(list.items[0].email, "user1@example.com");
        CHECK_TEXT(list.items[0].actor_email, "user2@example.com");
        CHECK_ID(list.items[0].actor_id, 2);
        CHECK_TEXT(list.items[1].action, "second");
        page.after = list.next;
        CHECK_OK(STORE(&world, account_delete, id(&world, 2), &audit));
        CHECK_OK(STORE(&world, audit_newest, &page, &list));
        CHECK_TEXT(list.items[0].action, "first");
        CHECK_INT(list.items[0].actor_email.size, 0);
}

TEST(people_see_what_an_operator_did_but_not_from_where)
{
        struct world world CLEANUP(world_end) = world_with_accounts();
        struct audit_entry entry = {.action = "account_disable",
                                    .outcome = "ok",
                                    .account_id = id_of(1),
                                    .actor_id = id_of(2),
                                    .address = SLICE("192.0.2.9"),
                                    .at = after(1000)};
        const struct list_page page = {.limit = 1};
        struct activity_list list;

        CHECK_OK(STORE(&world, audit_write, &entry));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, activity_list, &page, &list));
        CHECK_TEXT(list.items[0].action, "account_disable");
        CHECK_INT(list.items[0].address.size, 0);
        entry.actor_id = (struct uuid){0};
        entry.at = after(1001);
        CHECK_OK(STORE(&world, audit_write, &entry));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, activity_list, &page, &list));
        CHECK_TEXT(list.items[0].address, "192.0.2.9");
}
