/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients with their secrets, and projects.
 */
#include "fixture.h"
#include "snapshot.h"

TEST(a_client_is_read_back_by_each_of_its_names)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found[3];

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 20), &found[0]));
        CHECK_OK(STORE(&world, client_find, id(&world, 1020), &found[1]));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &found[2]));
        for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
                CHECK_ID(found[i].id, 20);
                CHECK_ID(found[i].client_id, 1020);
                CHECK_ID(found[i].account_id, 1);
                CHECK_TEXT(found[i].name, "Client");
                CHECK_TEXT(found[i].scopes, "list read");
                CHECK_INT(found[i].status, CLIENT_ACTIVE);
                CHECK_INT(found[i].redirect_uris.n, 1);
                CHECK_TEXT(found[i].redirect_uris.items[0], "https://app.example.com/cb");
                CHECK_INT(found[i].n_secrets, 1);
                CHECK_TEXT(found[i].secrets[0].sealed, "sealed");
                CHECK_INT(found[i].secrets[0].expires_at.ms, 0);
        }
}

TEST(every_setting_of_a_client_is_kept)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = client_of(&world, 21, 1), found;
        struct slice uris[] = {SLICE("https://a.example/"), SLICE("http://127.0.0.1/cb?x=1")};

        client.description = SLICE("What it does");
        client.optional_scopes = SLICE("write");
        client.redirect_uris = (struct texts){uris, 2};
        client.status = CLIENT_WAITING;
        client.require_pkce = true;
        client.legacy_redirect = true;
        client.secret_max_lifetime = 77;
        client.jwks = SLICE("{\"keys\":[]}");
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 21), &found));
        CHECK_TEXT(found.description, "What it does");
        CHECK_TEXT(found.optional_scopes, "write");
        CHECK_INT(found.redirect_uris.n, 2);
        CHECK_TEXT(found.redirect_uris.items[1], "http://127.0.0.1/cb?x=1");
        CHECK_INT(found.status, CLIENT_WAITING);
        CHECK(found.require_pkce && found.legacy_redirect);
        CHECK_INT(found.secret_max_lifetime, 77);
        CHECK_TEXT(found.jwks, "{\"keys\":[]}");
}

TEST(another_accounts_client_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;

        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, client_get, id(&world, 20), &found),
                  ERR_NO_ROW);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 21), &found),
                  ERR_NO_ROW);
        CHECK_ERR(STORE(&world, client_find, id(&world, 20), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, client_by_row, id(&world, 1020), &found), ERR_NO_ROW);
}

TEST(a_client_id_is_taken_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = client_of(&world, 21, 1), found;

        client.client_id = id_of(1020);
        CHECK_ERR(STORE(&world, client_insert, &client, &audit), ERR_CONFLICT);
        CHECK_ERR(STORE(&world, client_by_row, id(&world, 21), &found), ERR_NO_ROW);
}

TEST(an_account_has_a_hundred_clients_at_most)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        for (int64_t i = 1; i < LIMIT_CLIENTS; i++) {
                client = client_of(&world, 20 + i, 1);
                CHECK_OK(STORE(&world, client_insert, &client, &audit));
        }
        client = client_of(&world, 500, 1);
        CHECK_ERR(STORE(&world, client_insert, &client, &audit), ERR_TOO_MANY);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit));
        CHECK_OK(STORE(&world, client_insert, &client, &audit));
}

TEST(clients_are_listed_oldest_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client older = client_of(&world, 21, 1);
        struct client_list list;
        struct client others = client_of(&world, 22, 2);

        older.created_at = after(-10);
        CHECK_OK(STORE(&world, client_insert, &older, &audit));
        CHECK_OK(STORE(&world, client_insert, &others, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_list, &list));
        CHECK_INT(list.n, 2);
        CHECK_ID(list.items[0].id, 21);
        CHECK_ID(list.items[1].id, 20);
        CHECK_OK(STORE_AS(&world, id(&world, 7), NOW, client_list, &list));
        CHECK_INT(list.n, 0);
}

TEST(a_deleted_client_is_gone_for_every_reader)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;
        struct client_list list;

        CHECK_INT(snapshot_number(&world, "UPDATE client SET jwks = '{}' RETURNING 1"), 1);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit));
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 20), &found),
                  ERR_NO_ROW);
        CHECK_INT(snapshot_number(&world, "SELECT COUNT(*) FROM client WHERE jwks <> ''"), 0);
        CHECK_ERR(STORE(&world, client_find, id(&world, 1020), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, client_by_row, id(&world, 20), &found), ERR_NO_ROW);
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_list, &list));
        CHECK_INT(list.n, 0);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, client_delete, id(&world, 20), &audit),
                  ERR_NO_ROW);
}

TEST(nobody_deletes_anothers_client)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;

        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, client_delete, id(&world, 20), &audit),
                  ERR_NO_ROW);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &found));
}

/* --- secrets --- */

static enum err secret_add(struct world *world, int64_t number, struct instant at,
                           struct instant others_end)
{
        struct client_secret_row secret = {
                .id = id_of(number), .sealed = SLICE("new"), .created_at = at};

        return STORE_AS(world, id(world, 1), NOW, client_secret_add,
                        &(struct new_client_secret){id_of(20), secret, others_end}, &audit);
}

TEST(a_new_secret_lets_the_old_one_live_for_a_while)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        CHECK_OK(secret_add(&world, 40, after(10), after(100)));
        CHECK_OK(STORE_AS(&world, NULL, after(50), client_by_row, id(&world, 20), &client));
        CHECK_INT(client.n_secrets, 2);
        CHECK_ID(client.secrets[0].id, 40);
        CHECK_INT(client.secrets[0].expires_at.ms, 0);
        CHECK_ID(client.secrets[1].id, 2020);
        CHECK_INT(client.secrets[1].expires_at.ms, after(100).ms);
        CHECK_OK(STORE_AS(&world, NULL, after(100), client_by_row, id(&world, 20), &client));
        CHECK_INT(client.n_secrets, 1);
        CHECK_ID(client.secrets[0].id, 40);
}

TEST(a_new_secret_can_end_the_old_one_at_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        CHECK_OK(secret_add(&world, 40, after(10), after(10)));
        CHECK_OK(STORE_AS(&world, NULL, after(10), client_by_row, id(&world, 20), &client));
        CHECK_INT(client.n_secrets, 1);
        CHECK_ID(client.secrets[0].id, 40);
}

TEST(of_three_secrets_the_oldest_dies)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        CHECK_OK(secret_add(&world, 40, after(10), after(1000)));
        CHECK_OK(secret_add(&world, 41, after(20), after(1000)));
        CHECK_OK(STORE_AS(&world, NULL, after(21), client_by_row, id(&world, 20), &client));
        CHECK_INT(client.n_secrets, 2);
        CHECK_ID(client.secrets[0].id, 41);
        CHECK_ID(client.secrets[1].id, 40);
}

TEST(an_end_that_was_set_is_not_put_off)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        CHECK_OK(secret_add(&world, 40, after(10), after(15)));
        CHECK_OK(secret_add(&world, 41, after(12), after(1000)));
        CHECK_OK(STORE_AS(&world, NULL, after(16), client_by_row, id(&world, 20), &client));
        for (size_t i = 0; i < client.n_secrets; i++) {
                struct uuid first = id_of(2020);

                CHECK(!uuid_equal(&client.secrets[i].id, &first));
        }
}

TEST(the_last_of_many_secrets_is_the_newest_though_the_clock_stands_or_goes_back)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        /* Ids do not determine the order: later ones have smaller ids here. */
        for (int64_t i = 0; i < 9; i++)
                CHECK_OK(secret_add(&world, 49 - i, after(5 - i), after(1000)));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &client));
        CHECK_INT(client.n_secrets, 2);
        CHECK_ID(client.secrets[0].id, 41);
        CHECK_INT(client.secrets[0].expires_at.ms, 0);
        CHECK_ID(client.secrets[1].id, 42);
}

TEST(a_secret_of_anothers_client_or_of_none_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client_secret_row secret = {
                .id = id_of(40), .sealed = SLICE("new"), .created_at = NOW};

        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, client_secret_add,
                           &(struct new_client_secret){id_of(20), secret, NOW}, &audit),
                  ERR_NO_ROW);
        CHECK_ERR(STORE_AS(&world, id(&world, 1), NOW, client_secret_add,
                           &(struct new_client_secret){id_of(21), secret, NOW}, &audit),
                  ERR_NO_ROW);
}

/* --- projects --- */

TEST(every_part_of_a_project_is_kept)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project = project_of(11, 1), found;

        project.sealed_secret = SLICE("sealed secret");
        project.path_cipher = PATH_CIPHER_NONE;
        project.limits = SLICE("read");
        project.key_begins_at = after(1);
        project.key_ends_at = after(2);
        CHECK_OK(STORE(&world, project_insert, &project, &audit));
        CHECK_OK(STORE(&world, project_get, id(&world, 11), &found));
        CHECK_ID(found.account_id, 1);
        CHECK_TEXT(found.name, "Project");
        CHECK_TEXT(found.satellite_address, "1abc@127.0.0.1:7777");
        CHECK_TEXT(found.head, "head");
        CHECK_TEXT(found.sealed_api_key, "sealed key");
        CHECK_TEXT(found.sealed_secret, "sealed secret");
        CHECK_TEXT(found.salt, "0123456789abcdef");
        CHECK_INT(found.path_cipher, PATH_CIPHER_NONE);
        CHECK_TEXT(found.limits, "read");
        CHECK_INT(found.key_begins_at.ms, after(1).ms);
        CHECK_INT(found.key_ends_at.ms, after(2).ms);
        CHECK_INT(found.created_at.ms, NOW.ms);
}

TEST(what_a_project_does_not_have_stays_absent)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project found;

        CHECK_OK(STORE(&world, project_get, id(&world, 10), &found));
        CHECK(!found.sealed_secret.data && !found.limits.data);
        CHECK_INT(found.key_begins_at.ms, 0);
        CHECK_INT(found.key_ends_at.ms, 0);
        CHECK_ERR(STORE(&world, project_get, id(&world, 11), &found), ERR_NO_ROW);
}

TEST(projects_are_listed_oldest_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project older = project_of(11, 1), other = project_of(12, 2);
        struct project_list list;

        older.created_at = after(-10);
        CHECK_OK(STORE(&world, project_insert, &older, &audit));
        CHECK_OK(STORE(&world, project_insert, &other, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, project_list, &list));
        CHECK_INT(list.n, 2);
        CHECK_ID(list.items[0].id, 11);
        CHECK_ID(list.items[1].id, 10);
}

TEST(an_account_has_a_hundred_projects_at_most)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct project project;

        for (int64_t i = 1; i < LIMIT_PROJECTS; i++) {
                project = project_of(10 + i, 1);
                CHECK_OK(STORE(&world, project_insert, &project, &audit));
        }
        project = project_of(500, 1);
        CHECK_ERR(STORE(&world, project_insert, &project, &audit), ERR_TOO_MANY);
        project.account_id = id_of(2);
        CHECK_OK(STORE(&world, project_insert, &project, &audit));
}

/* --- change --- */

TEST(a_change_of_a_client_leaves_the_rest_as_it_is)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct slice uris[] = {SLICE("https://a.example/")};
        const bool yes = true;
        struct client_change change = {
                .id = id_of(20), .redirect_uris = {uris, 1}, .require_pkce = &yes};
        struct client found;

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &change, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &change, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 20), &found));
        CHECK_TEXT(found.name, "Client");
        CHECK_TEXT(found.scopes, "list read");
        CHECK_INT(found.redirect_uris.n, 1);
        CHECK_TEXT(found.redirect_uris.items[0], "https://a.example/");
        CHECK(found.require_pkce && !found.legacy_redirect);
}

TEST(every_setting_of_a_client_is_changed)
{
        struct world world CLEANUP(world_end) = world_with_client();
        const bool yes = true, no = false;
        const int64_t lifetime = 1800;
        const enum application_type native = APPLICATION_NATIVE;
        struct client_change change = {.id = id_of(20),
                                       .type = &native,
                                       .require_pushed = &yes,
                                       .name = SLICE("New"),
                                       .description = SLICE("Text"),
                                       .scopes = SLICE(""),
                                       .optional_scopes = SLICE("write"),
                                       .require_pkce = &no,
                                       .legacy_redirect = &yes,
                                       .secret_max_lifetime = &lifetime,
                                       .jwks = SLICE("{}")};
        const struct client_change nothing = {.id = id_of(20)};
        struct client found;

        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &change, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 20), &found));
        CHECK_TEXT(found.name, "New");
        CHECK_TEXT(found.description, "Text");
        CHECK_INT(found.scopes.size, 0);
        CHECK_TEXT(found.optional_scopes, "write");
        CHECK(!found.require_pkce && found.legacy_redirect);
        CHECK(found.require_pushed);
        CHECK_INT(found.type, APPLICATION_NATIVE);
        CHECK_INT(found.secret_max_lifetime, 1800);
        CHECK_TEXT(found.jwks, "{}");
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_update, &nothing, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), NOW, client_get, id(&world, 20), &found));
        CHECK_TEXT(found.jwks, "{}");
        CHECK_ERR(STORE_AS(&world, id(&world, 2), NOW, client_update, &change, &audit), ERR_NO_ROW);
}

static enum err set_status(struct world *world, const struct uuid *account,
                           enum client_status status)
{
        return STORE_AS(world, account, NOW, client_set_status,
                        &(struct client_status_change){
                                .id = id_of(20), .status = status, .by_operator = !account},
                        &audit);
}

TEST(an_owner_switches_a_client_and_only_an_operator_ends_waiting)
{
        struct world world CLEANUP(world_end) = world_with_client();
        const struct uuid *owner = id(&world, 1);
        struct client found;

        CHECK_OK(set_status(&world, owner, CLIENT_DISABLED));
        CHECK_OK(STORE(&world, client_find, id(&world, 1020), &found));
        CHECK_INT(found.status, CLIENT_DISABLED);
        CHECK_ERR(set_status(&world, id(&world, 2), CLIENT_ACTIVE), ERR_NO_ROW);
        CHECK_OK(set_status(&world, owner, CLIENT_ACTIVE));
        CHECK_OK(set_status(&world, NULL, CLIENT_WAITING));
        CHECK_ERR(set_status(&world, owner, CLIENT_ACTIVE), ERR_CLIENT_WAITING);
        CHECK_ERR(set_status(&world, owner, CLIENT_DISABLED), ERR_CLIENT_WAITING);
        CHECK_OK(set_status(&world, NULL, CLIENT_ACTIVE));
        CHECK_OK(STORE_AS(&world, owner, NOW, client_delete, id(&world, 20), &audit));
        CHECK_ERR(set_status(&world, NULL, CLIENT_ACTIVE), ERR_NO_ROW);
}
