/* SPDX-License-Identifier: Apache-2.0
 *
 * Service tokens, sealed values, integrity, and what follows a restore.
 */
#include "fixture.h"
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

        CHECK_OK(VERB(&world, token_insert, &token, &audit));
        CHECK_OK(VERB(&world, token_find, &token.token, &found));
        CHECK_TEXT(found.name, "gateway");
        CHECK_INT(found.roles, TOKEN_CHECK);
        CHECK_ERR(VERB(&world, token_find, &other, &found), ERR_NO_ROW);
        CHECK_OK(VERB(&world, token_list, &list));
        CHECK_INT(list.n, 1);
        CHECK_OK(VERB(&world, token_delete, id(&world, 1), &audit));
        CHECK_ERR(VERB(&world, token_delete, id(&world, 1), &audit), ERR_NO_ROW);
        CHECK_ERR(VERB(&world, token_find, &token.token, &found), ERR_NO_ROW);
}

TEST(sealed_values_of_other_keys_are_listed_and_replaced)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_value *values;
        size_t n;

        CHECK_OK(VERB(&world, sealed_list, SEAL_CLIENT_SECRET, SLICE("seal"), id(&world, 0),
                      &values, &n));
        CHECK_INT(n, 0);
        CHECK_OK(VERB(&world, sealed_list, SEAL_CLIENT_SECRET, SLICE("keyB"), id(&world, 0),
                      &values, &n));
        CHECK_INT(n, 1);
        CHECK_ID(values[0].row, 2020);
        CHECK_TEXT(values[0].sealed, "sealed");
        values[0].anew = SLICE("keyB...");
        CHECK_OK(VERB(&world, sealed_replace, SEAL_CLIENT_SECRET, values, n));
        CHECK_OK(VERB(&world, sealed_list, SEAL_CLIENT_SECRET, SLICE("keyB"), id(&world, 0),
                      &values, &n));
        CHECK_INT(n, 0);
        CHECK_OK(VERB(&world, sealed_list, SEAL_CLIENT_SECRET, SLICE(""), id(&world, 0), &values,
                      &n));
        CHECK_INT(n, 1);
}

TEST(a_value_that_changed_meanwhile_is_not_replaced)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_value stale = {
                .row = id_of(2020), .sealed = SLICE("older"), .anew = SLICE("keyB...")};
        struct sealed_value *values;
        size_t n;

        CHECK_OK(VERB(&world, sealed_replace, SEAL_CLIENT_SECRET, &stale, 1));
        CHECK_OK(VERB(&world, sealed_list, SEAL_CLIENT_SECRET, SLICE(""), id(&world, 0), &values,
                      &n));
        CHECK_TEXT(values[0].sealed, "sealed");
}

TEST(projects_without_a_secret_have_none_to_seal)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct sealed_value *values;
        size_t n;

        CHECK_OK(VERB(&world, sealed_list, SEAL_API_KEY, SLICE(""), id(&world, 0), &values, &n));
        CHECK_INT(n, 1);
        CHECK_OK(VERB(&world, sealed_list, SEAL_PROJECT_SECRET, SLICE(""), id(&world, 0), &values,
                      &n));
        CHECK_INT(n, 0);
}

TEST(a_named_value_is_replaced_only_if_it_is_the_one)
{
        struct world world CLEANUP(world_end) = world_new();
        struct slice value;

        CHECK_OK(VERB(&world, meta_put, "name", SLICE("a"), &value));
        CHECK_ERR(VERB(&world, meta_replace, "name", SLICE("b"), SLICE("c")), ERR_NO_ROW);
        CHECK_OK(VERB(&world, meta_replace, "name", SLICE("a"), SLICE("c")));
        CHECK_OK(VERB(&world, meta_get, "name", &value));
        CHECK_TEXT(value, "c");
}

TEST(a_sound_database_has_no_problems)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct texts problems;

        CHECK_OK(VERB(&world, integrity, &problems));
        CHECK_INT(problems.n, 0);
}

/* --- restored --- */

/* As a database wrote them that then was lost: this one knows none of them. */
static void log_append(struct world *world, const struct revocation_line *lines, size_t n)
{
        struct revocation_log *log = NULL;
        int64_t last;
        char path[128];

        (void)snprintf(path, sizeof(path), "%s/db", world->folder);
        CHECK_OK(revocation_log_new(path, &log));
        for (size_t i = 0; i < n; i++)
                CHECK_OK(revocation_log_add(log, &lines[i]));
        CHECK_OK(revocation_log_write(log, 0, &last));
        revocation_log_free(log);
}

static int64_t n_done(const struct restored *restored)
{
        int64_t n = 0;

        for (size_t i = 0; i < LOG_KINDS; i++)
                n += restored->n_done[i];
        return n;
}

TEST(a_restored_database_revokes_what_the_log_tells)
{
        static const struct revocation_cursor beginning;
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30), unspent = code_new(&world, 31);
        struct claim claim = claim_of(&code, 30), late = claim_of(&unspent, 31);
        struct revocation_line lines[] = {
                {.feed = 40, .kind = LOG_grant, .id = id_of(5030), .at = after(5)},
                {.feed = 41, .kind = LOG_grant, .id = id_of(9999), .at = after(5)},
        };
        struct revocation *revocations;
        struct revocation_cursor next;
        struct restored restored;
        struct grant grant;
        size_t n;

        claim.sealed_tail = tail;
        CHECK_OK(VERB(&world, code_claim, &claim, &grant));
        log_append(&world, lines, ARRAY_SIZE(lines));
        CHECK_OK(VERB(&world, restored, &audit, &restored));
        CHECK_INT(n_done(&restored), 1);
        CHECK_INT(restored.n_requests, 1);
        CHECK_OK(VERB(&world, revocation_list, &beginning, 10, NOW, &revocations, &n, &next));
        CHECK_INT(n, 1);
        CHECK_INT(next.seq, 42);
        CHECK_ERR(VERB(&world, code_claim, &late, &grant), ERR_CODE_WITHDRAWN);
        CHECK_OK(VERB(&world, restored, &audit, &restored));
        CHECK_INT(n_done(&restored), 0);
}

TEST(deleted_clients_projects_and_accounts_are_deleted_again)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_line lines[] = {
                {.feed = 1, .kind = LOG_client, .id = id_of(20), .at = after(5)},
                {.feed = 2, .kind = LOG_project, .id = id_of(10), .at = after(5)},
                {.feed = 3, .kind = LOG_account_deleted, .id = id_of(1), .at = after(5)},
        };
        struct restored restored;
        struct account account;
        struct project project;
        struct client client;

        log_append(&world, lines, ARRAY_SIZE(lines));
        CHECK_OK(VERB(&world, restored, &audit, &restored));
        CHECK_INT(n_done(&restored), 3);
        CHECK_ERR(VERB(&world, client_find, id(&world, 1020), &client), ERR_NO_ROW);
        CHECK_ERR(VERB(&world, project_get, id(&world, 10), &project), ERR_NO_ROW);
        CHECK_ERR(VERB(&world, account_find, &SLICE("user1@example.com"), &account), ERR_NO_ROW);
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
                struct revocation_cursor at = {0};
                struct revocation *revocations;
                struct restored restored;
                struct grant grant;
                size_t n;

                for (size_t j = 0; j < 2; j++) {
                        claims[j].sealed_tail = tail;
                        CHECK_OK(VERB(&world, code_claim, &claims[j], &grant));
                }
                log_append(&world, &line, 1);
                CHECK_OK(VERB(&world, restored, &audit, &restored));
                for (size_t j = 0; j < 3; j++) {
                        CHECK_OK(VERB(&world, revocation_list, &at, 1, NOW, &revocations, &n, &at));
                        CHECK_INT(n, j < 2);
                }
        }
}

TEST(a_key_is_found_by_its_head_though_its_project_is_gone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct revocation_line line = {
                .feed = 1, .kind = LOG_project, .id = id_of(10), .at = after(5)};
        struct project self_issued = project_of(11, 1), found;
        struct restored restored;

        CHECK_OK(VERB(&world, project_by_head, &SLICE("head"), &found));
        CHECK_ID(found.id, 10);
        CHECK(!found.is_dead);
        log_append(&world, &line, 1);
        CHECK_OK(VERB(&world, restored, &audit, &restored));
        CHECK_OK(VERB(&world, project_by_head, &SLICE("head"), &found));
        CHECK(found.is_dead);
        self_issued.sealed_secret = SLICE("secret");
        CHECK_OK(VERB(&world, project_insert, &self_issued, &audit));
        CHECK_OK(VERB(&world, project_by_head, &SLICE("head"), &found));
        CHECK_ID(found.id, 11);
        CHECK_ERR(VERB(&world, project_by_head, &SLICE("none"), &found), ERR_NO_ROW);
}

TEST(a_copy_opens_as_a_database_of_its_own)
{
        struct world world CLEANUP(world_end) = world_with_client();
        char path[128], url[160];
        struct store_place place;
        struct store *copy = NULL;
        struct client client;

        (void)snprintf(path, sizeof(path), "%s/copy", world.folder);
        (void)snprintf(url, sizeof(url), "sqlite:%s", path);
        CHECK_OK(store_copy(world.store, path));
        CHECK_OK(store_place_of(slice_from_string(url), &place));
        CHECK(!place.is_new);
        CHECK_OK(store_open(&place, &copy));
        CHECK_OK(store_client_find(OP_ON(copy, &world.arena), id(&world, 1020), &client));
        store_close(copy);
        (void)unlink(path);
}
