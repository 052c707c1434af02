/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications that registered themselves: how many there may be, whose they are, and when they go.
 */
#include "snapshot.h"

enum { DAY = 86400 };

static enum err client_register(struct world *world, int64_t n, int64_t limit)
{
        struct client client = client_of(world, n, 1);

        client.account_id = *account_of_nobody();
        return STORE(world, client_register,
                     &(struct registered_client){&client, limit, .look_at = after(DAY)}, &audit);
}

TEST(clients_that_registered_themselves_have_a_limit_of_their_own)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;

        CHECK_OK(client_register(&world, 501, 2));
        CHECK_OK(client_register(&world, 502, 2));
        CHECK_ERR(client_register(&world, 503, 2), ERR_CLIENTS_FULL);
        CHECK_ERR(client_register(&world, 502, 3), ERR_CONFLICT);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 502), &found));
        CHECK(client_is_self_registered(&found));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &found));
        CHECK(!client_is_self_registered(&found));
}

TEST(clients_that_registered_themselves_are_listed_in_pages)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct list_page page = {.limit = 2};
        struct client_list list;

        for (int64_t n = 501; n <= 503; n++)
                CHECK_OK(client_register(&world, n, 10));
        CHECK_OK(STORE(&world, client_registered, &page, &list));
        CHECK_INT(list.n, 2);
        CHECK_ID(list.items[0].id, 501);
        CHECK_INT(list.items[0].n_secrets, 1);
        page.after = list.next;
        CHECK_OK(STORE(&world, client_registered, &page, &list));
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].id, 503);
        CHECK(list_cursor_is_none(&list.next));
}

TEST(nobodys_account_is_in_no_list_and_cannot_be_ended)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct account_list list;
        struct client found;

        CHECK_OK(client_register(&world, 501, 10));
        CHECK_OK(STORE(&world, account_list, &(struct uuid){0}, &list));
        CHECK_INT(list.n, 1);
        CHECK_ID(list.items[0].id, 1);
        CHECK_ERR(STORE(&world, account_delete, account_of_nobody(), &audit), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, account_disable, account_of_nobody(), &audit), ERR_NO_ROW);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 501), &found));
}

/* --- metadata documents --- */

static struct client document_client(struct world *world, int64_t n, struct instant until)
{
        struct client client = client_of(world, n, 1);

        client.account_id = *account_of_nobody();
        client.n_secrets = 0;
        client.document = SLICE("https://app.example.com/client.json");
        client.document_until = until;
        return client;
}

static enum err client_admit(struct world *world, const struct client *client)
{
        return STORE(world, client_register,
                     &(struct registered_client){client, .limit = 2, .look_at = after(DAY)},
                     &audit);
}

TEST(a_client_with_a_document_is_renewed_by_a_later_one_only)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = document_client(&world, 501, after(600)), found;
        struct client_document again = {.client = &client};

        CHECK_OK(client_admit(&world, &client));
        CHECK_ERR(client_admit(&world, &client), ERR_CONFLICT);
        client.name = SLICE("Renamed");
        CHECK_ERR(STORE(&world, client_renew, &again, &audit), ERR_NO_ROW);
        client.document_until = after(1200);
        CHECK_OK(STORE(&world, client_set_status,
                       &(struct client_status_change){client.id, CLIENT_WAITING, true}, &audit));
        CHECK_OK(STORE(&world, client_renew, &again, &audit));
        CHECK_OK(STORE(&world, client_find, &client.client_id, &found));
        CHECK_TEXT(found.name, "Renamed");
        CHECK_INT(found.status, CLIENT_WAITING); /* the operator was faster */
        CHECK_TEXT(found.document, "https://app.example.com/client.json");
        CHECK_INT(found.document_until.ms, after(1200).ms);
}

TEST(a_client_that_was_registered_has_no_document_to_renew)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client;

        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &client));
        client.document_until = after(1200);
        CHECK_ERR(STORE(&world, client_renew, &(struct client_document){&client, true}, &audit),
                  ERR_NO_ROW);
}

/* --- cleanup --- */

/* A batch in which all that ended before `now` is old. */
static void clean(struct world *world, struct instant now)
{
        struct cleanup_limits limits = limits_at(now);

        limits.jwt_before = 1;
        limits.audit_before = LONG_AGO;
        (void)clean_up(world, now, &limits);
}

/* A batch that keeps requests. */
static void clean_clients(struct world *world, struct instant now)
{
        struct cleanup_limits limits = limits_at(LONG_AGO);

        limits.jwt_before = 1;
        (void)clean_up(world, now, &limits);
}

static struct request request_for(struct world *world, int64_t number, int64_t client,
                                  struct instant end)
{
        struct request request = request_of(number);

        request.client_row = id_of(client);
        request.expires_at = end;
        CHECK_OK(STORE(world, request_insert, &request, &audit, &request.no));
        return request;
}

TEST(a_client_that_registered_itself_goes_after_a_day)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;

        CHECK_OK(client_register(&world, 501, 10));
        clean_clients(&world, after(DAY - 1));
        CHECK_INT(snapshot_count(&world, "client"), 2);
        CHECK_INT(snapshot_count(&world, "client_secret"), 2);
        clean_clients(&world, after(DAY));
        CHECK_INT(snapshot_count(&world, "client"), 1);
        CHECK_INT(snapshot_count(&world, "client_secret"), 1);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 20), &found));
}

TEST(one_that_somebody_was_asked_for_goes_when_that_was_not_approved)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client found;

        CHECK_OK(client_register(&world, 501, 10));
        CHECK_OK(client_register(&world, 502, 10));
        (void)request_for(&world, 601, 501, after(600));
        (void)request_for(&world, 602, 502, after(DAY + 600));
        clean_clients(&world, after(DAY));
        CHECK_ERR(STORE(&world, client_by_row, id(&world, 501), &found), ERR_NO_ROW);
        CHECK_OK(STORE(&world, client_by_row, id(&world, 502), &found)); /* somebody decides now */
        clean_clients(&world, after(2 * (int64_t)DAY));
        CHECK_ERR(STORE(&world, client_by_row, id(&world, 502), &found), ERR_NO_ROW);
        CHECK_INT(snapshot_count(&world, "client"), 3); /* their requests are shown */
        clean(&world, after(5 * (int64_t)DAY));
        CHECK_INT(snapshot_count(&world, "client"), 1);
        CHECK_INT(snapshot_count(&world, "client_secret"), 1);
}

TEST(one_with_a_document_that_comes_again_has_its_row_again)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = document_client(&world, 501, after(600)), found;

        CHECK_OK(client_admit(&world, &client));
        (void)request_for(&world, 601, 501, after(600));
        clean_clients(&world, after(DAY));
        CHECK_ERR(STORE(&world, client_find, &client.client_id, &found), ERR_NO_ROW);
        client.id = id_of(502);
        CHECK_OK(client_admit(&world, &client));
        CHECK_OK(STORE(&world, client_find, &client.client_id, &found));
        CHECK_ID(found.id, 501);
        CHECK_INT(found.redirect_uris.n, client.redirect_uris.n);
}

TEST(one_with_a_document_that_an_operator_has_disabled_does_not_come_again)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = document_client(&world, 501, after(600)), found;
        struct client_status_change change = {.id = client.id, CLIENT_WAITING, .by_operator = true};

        CHECK_OK(client_admit(&world, &client));
        CHECK_OK(STORE(&world, client_set_status, &change, &audit));
        clean_clients(&world, after(9 * (int64_t)DAY));
        CHECK_OK(STORE(&world, client_find, &client.client_id, &found));
        change.status = CLIENT_ACTIVE;
        CHECK_OK(STORE(&world, client_set_status, &change, &audit));
        clean_clients(&world, after(9 * (int64_t)DAY));
        CHECK_ERR(STORE(&world, client_find, &client.client_id, &found), ERR_NO_ROW);
}

TEST(one_that_somebody_has_approved_stays_as_long_as_its_request)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request, approved;
        struct client found;

        CHECK_OK(client_register(&world, 501, 10));
        request = request_for(&world, 601, 501, after(600));
        approved = approval_of(&request, 601);
        CHECK_OK(STORE(&world, request_decide, &approved, &audit));
        for (int64_t day = 1; day < 5; day++)
                clean_clients(&world, after(day * DAY));
        CHECK_OK(STORE(&world, client_by_row, id(&world, 501), &found));
        clean(&world, after(5 * (int64_t)DAY));
        clean(&world, after(6 * (int64_t)DAY));
        CHECK_INT(snapshot_count(&world, "client"), 1);
}
