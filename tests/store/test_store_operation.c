/* SPDX-License-Identifier: Apache-2.0
 *
 * Service tokens, sealed values, integrity, and recovery after a restore.
 */
#include "fixture.h"
#include "store/driver.h"
#include "store/revocation_log.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

TEST(a_token_is_found_by_its_digest_until_it_is_deleted)
{
        struct world world CLEANUP(world_end) = world_new();
        struct service_token token = {.id = id_of(1),
                                      .name = SLICE("gateway"),
                                      .roles = TOKEN_CHECK,
                                      .token = digest_of(1),
                                      .created_at = NOW};
        struct digest other = digest_of(2);
        struct service_token found;
        struct service_token_list list;

        CHECK_OK(STORE(&world, token_insert, &token, &audit));
        CHECK_OK(STORE(&world, token_find, &token.token, &found));
        CHECK_TEXT(found.name, "gateway");
        CHECK_INT(found.roles, TOKEN_CHECK);
        CHECK_ERR(STORE(&world, token_find, &other, &found), ERR_NO_ROW);
        CHECK_OK(STORE(&world, token_list, &list));
        CHECK_INT(list.n, 1);
        CHECK_OK(STORE(&world, token_delete, id(&world, 1), &audit));
        CHECK_ERR(STORE(&world, token_delete, id(&world, 1), &audit), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, token_find, &token.token, &found), ERR_NO_ROW);
}

/* The first page of the values that no key of this id seals. */
static struct sealed_list sealed(struct world *world, enum seal_purpose purpose, const char *key_id)
{
        const struct sealed_page page = {.purpose = purpose, .key_id = slice_from_string(key_id)};
        struct sealed_list list = {0};

        CHECK_OK(STORE(world, sealed_list, &page, &list));
        return list;
}

TEST(sealed_values_of_other_keys_are_listed_and_replaced)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_list list;

        list = sealed(&world, SEAL_CLIENT_SECRET, "seal");
        CHECK_INT(list.n, 0);
        list = sealed(&world, SEAL_CLIENT_SECRET, "keyB");
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].row, 2020);
        CHECK_TEXT(list.items[0].sealed, "sealed");
        list.items[0].rekeyed = SLICE("keyB...");
        CHECK_OK(STORE(&world, sealed_replace,
                       &(struct rekeyed_values){SEAL_CLIENT_SECRET, list.items, list.n}));
        list = sealed(&world, SEAL_CLIENT_SECRET, "keyB");
        CHECK_INT(list.n, 0);
        list = sealed(&world, SEAL_CLIENT_SECRET, "");
        CHECK_INT(list.n, 1);
}

TEST(a_value_that_changed_meanwhile_is_not_replaced)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_value stale = {
                .row = id_of(2020), .sealed = SLICE("older"), .rekeyed = SLICE("keyB...")};
        struct sealed_list list;

        CHECK_OK(STORE(&world, sealed_replace,
                       &(struct rekeyed_values){SEAL_CLIENT_SECRET, &stale, 1}));
        list = sealed(&world, SEAL_CLIENT_SECRET, "");
        CHECK_TEXT(list.items[0].sealed, "sealed");
}

TEST(projects_without_a_secret_have_none_to_seal)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_list list;

        list = sealed(&world, SEAL_API_KEY, "");
        CHECK_INT(list.n, 1);
        list = sealed(&world, SEAL_PROJECT_SECRET, "");
        CHECK_INT(list.n, 0);
}

TEST(a_named_value_is_replaced_only_if_it_is_the_one)
{
        struct world world CLEANUP(world_end) = world_new();
        const struct named_change wrong = {"name", SLICE("b"), SLICE("c")};
        const struct named_change right = {"name", SLICE("a"), SLICE("c")};
        struct slice value;

        CHECK_OK(STORE(&world, meta_put, &(struct named_value){"name", SLICE("a")}, &value));
        CHECK_ERR(STORE(&world, meta_replace, &wrong), ERR_NO_ROW);
        CHECK_OK(STORE(&world, meta_replace, &right));
        CHECK_OK(STORE(&world, meta_get, "name", &value));
        CHECK_TEXT(value, "c");
}

TEST(a_sound_database_has_no_problems)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct texts problems;

        CHECK_OK(STORE(&world, integrity, &problems));
        CHECK_INT(problems.n, 0);
}

/* --- recovery --- */

/* Lines of a database that was then lost: this one knows none of them. */
static void log_append(struct world *world, const struct revocation_line *lines, size_t n)
{
        struct revocation_log log = {0};
        struct store_location location;
        struct sql_connection *connection;
        int64_t last;

        world_locate(world, &location);
        CHECK_OK(location.driver->open(&location, false, &connection));
        for (size_t i = 0; i < n; i++)
                CHECK_OK(revocation_log_add(&log, &lines[i]));
        CHECK_OK(location.driver->begin(connection));
        CHECK_OK(location.driver->log_append(connection, &log, 0, &last));
        CHECK_INT(location.driver->commit(connection), SQL_COMMITTED);
        location.driver->close(connection);
        revocation_log_deinit(&log);
}

static int64_t n_done(const struct recovered *recovered)
{
        int64_t n = 0;

        for (size_t i = 0; i < LOG_KINDS; i++)
                n += recovered->n_done[i];
        return n;
}

TEST(a_restored_database_revokes_what_the_log_tells)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), unspent = code_new(&world, 31);
        struct claim claim = claim_of(&code, 30), late = claim_of(&unspent, 31);
        struct revocation_line lines[] = {
                {.feed = 40, .kind = LOG_grant, .id = id_of(5030), .at = after(5)},
                {.feed = 41, .kind = LOG_grant, .id = id_of(9999), .at = after(5)},
        };
        struct revocation_list list;
        struct recovered recovered;
        struct grant grant;

        claim.sealed_tail = tail;
        CHECK_OK(CLAIM(&world, &claim, &grant));
        log_append(&world, lines, ARRAY_SIZE(lines));
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        CHECK_INT(n_done(&recovered), 1);
        CHECK_INT(recovered.n_requests, 1);
        CHECK_OK(STORE(&world, revocation_list, &(struct revocation_page){.limit = 10}, &list));
        CHECK_INT(list.n, 1);
        CHECK(list.next.seq == 42 || (*world.schema && list.next.seq > 42)); /* see recover.c */
        CHECK_ERR(CLAIM(&world, &late, &grant), ERR_CODE_WITHDRAWN);
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        CHECK_INT(n_done(&recovered), 0);
}

TEST(deleted_clients_projects_and_accounts_are_deleted_again)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_line lines[] = {
                {.feed = 1, .kind = LOG_client, .id = id_of(20), .at = after(5)},
                {.feed = 2, .kind = LOG_project, .id = id_of(10), .at = after(5)},
                {.feed = 3, .kind = LOG_account_deleted, .id = id_of(1), .at = after(5)},
        };
        struct recovered recovered;
        struct account account;
        struct project project;
        struct client client;

        log_append(&world, lines, ARRAY_SIZE(lines));
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        CHECK_INT(n_done(&recovered), 3);
        CHECK_ERR(STORE(&world, client_find, id(&world, 1020), &client), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, project_get, id(&world, 10), &project), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, account_find, &SLICE("user1@example.com"), &account), ERR_NO_ROW);
}

TEST(the_grants_of_a_project_and_of_an_account_are_in_the_feed)
{
        static const enum log_kind kinds[] = {LOG_project, LOG_account_deleted};
        static const int64_t ids[] = {10, 1};

        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
                struct world world CLEANUP(world_end) = world_with_client();
                struct request code = code_new(&world, 30), second = code_new(&world, 31);
                struct claim claims[] = {claim_of(&code, 30), claim_of(&second, 31)};
                struct revocation_line line = {
                        .feed = 1, .kind = kinds[i], .id = id_of(ids[i]), .at = after(5)};
                struct revocation_list list = {0};
                struct recovered recovered;
                struct grant grant;

                for (size_t j = 0; j < 2; j++) {
                        claims[j].sealed_tail = tail;
                        CHECK_OK(CLAIM(&world, &claims[j], &grant));
                }
                log_append(&world, &line, 1);
                CHECK_OK(STORE(&world, recover, &audit, &recovered));
                for (size_t j = 0; j < 3; j++) {
                        CHECK_OK(STORE(&world, revocation_list,
                                       &(struct revocation_page){list.next, 1}, &list));
                        CHECK_INT(list.n, j < 2);
                }
        }
}

TEST(a_key_is_found_by_its_head_though_its_project_is_gone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_line line = {
                .feed = 1, .kind = LOG_project, .id = id_of(10), .at = after(5)};
        struct project self_issued = project_of(11, 1), found;
        struct recovered recovered;

        CHECK_OK(STORE(&world, project_by_head, &SLICE("head"), &found));
        CHECK_ID(found.id, 10);
        CHECK(!found.is_dead);
        log_append(&world, &line, 1);
        CHECK_OK(STORE(&world, recover, &audit, &recovered));
        CHECK_OK(STORE(&world, project_by_head, &SLICE("head"), &found));
        CHECK(found.is_dead);
        self_issued.sealed_secret = SLICE("secret");
        CHECK_OK(STORE(&world, project_insert, &self_issued, &audit));
        CHECK_OK(STORE(&world, project_by_head, &SLICE("head"), &found));
        CHECK_ID(found.id, 11);
        CHECK_ERR(STORE(&world, project_by_head, &SLICE("none"), &found), ERR_NO_ROW);
}

TEST(a_copy_opens_as_a_database_of_its_own)
{
        struct world world CLEANUP(world_end) = world_fill(world_in_file());
        char path[128], url[160];
        struct store_location location;
        struct store *copy = NULL;
        struct client client;

        (void)snprintf(path, sizeof(path), "%s/copy", world.folder);
        (void)snprintf(url, sizeof(url), "sqlite:%s", path);
        CHECK_OK(store_copy(world.store, path));
        CHECK_OK(store_locate(slice_from_string(url), &location));
        CHECK_OK(store_open(&location, &copy));
        CHECK_OK(store_client_find(OP_ON(copy, &world.arena), id(&world, 1020), &client));
        store_close(copy);
        (void)unlink(path);
}
