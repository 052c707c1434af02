/* SPDX-License-Identifier: Apache-2.0
 *
 * Past events: connections, histories, a developer's log.
 */
#include "fixture.h"
#include "snapshot.h"

static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

static void exchange(struct world *world, const struct request *code, int64_t attempt)
{
        struct claim claim = claim_of(code, attempt);
        struct grant grant;

        claim.sealed_tail = tail;
        CHECK_OK(CLAIM(world, &claim, &grant));
}

static struct history_entry *history(struct world *world, struct instant now, size_t expected)
{
        struct history_query query = {id_of(20), {.limit = LIMIT_LIST}};
        struct history_list entries;

        CHECK_OK(STORE_AS(world, id(world, 1), now, history_list, &query, &entries));
        CHECK_INT(entries.n, expected);
        return entries.items;
}

TEST(a_request_goes_through_its_states)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30), code;
        struct request approved = approval_of(&pending, 30);
        struct claim claim;
        struct grant grant;

        CHECK_INT(history(&world, NOW, 1)[0].state, STATE_PENDING);
        CHECK_INT(history(&world, after(600), 1)[0].state, STATE_EXPIRED);
        CHECK_OK(STORE(&world, request_decide, &approved, &audit));
        CHECK_INT(history(&world, after(2), 1)[0].state, STATE_APPROVED);
        CHECK_INT(history(&world, after(61), 1)[0].state, STATE_EXPIRED);
        code = approved;
        claim = claim_of(&code, 30);
        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_INT(history(&world, after(61), 1)[0].state, STATE_USED);
        CHECK_INT(history(&world, after(63), 1)[0].state, STATE_FAILED);
}

TEST(a_revoked_grant_makes_its_request_revoked)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct grant taken;

        exchange(&world, &code, 30);
        CHECK_INT(history(&world, after(9), 1)[0].state, STATE_USED);
        CHECK_TEXT(history(&world, after(9), 1)[0].scope, "read bucket:photos");
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
                          &taken));
        CHECK_INT(history(&world, after(9), 1)[0].state, STATE_REVOKED);
}

/* Of account 1, which has `expected` connections: the first. */
static struct connection connection_now(struct world *world, struct instant now, size_t expected)
{
        struct list_page page = {.limit = LIMIT_LIST};
        struct connection_list connections;

        CHECK_OK(STORE_AS(world, id(world, 1), now, connection_list, &page, &connections));
        CHECK_INT(connections.n, expected);
        return expected ? connections.items[0] : (struct connection){0};
}

TEST(a_connection_joins_what_is_live)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct connection connection;

        connection_now(&world, NOW, 0);
        for (int64_t i = 30; i < 33; i++) {
                struct request code = code_new(&world, i);

                exchange(&world, &code, i);
        }
        connection = connection_now(&world, after(9), 1);
        CHECK_ID(connection.client_id, 1020);
        CHECK_TEXT(connection.developer_name, "A User");
        CHECK_INT(connection.n_requests, 3);
        CHECK_INT(connection.n_live, 3);
        CHECK_INT(connection.n_permissions, 1); /* of the same scope for the same project */
        CHECK(!connection.permissions_are_cut);
        CHECK_TEXT(connection.permissions[0].scope, "read bucket:photos");
        CHECK_INT(connection.permissions[0].ends_at.ms, after(3602).ms);
        CHECK_INT(connection.permissions[0].renewable_until.ms, 0);
        CHECK_INT(connection.ends_at.ms, after(3602).ms);
        connection = connection_now(&world, after(4000), 1);
        CHECK_INT(connection.n_live, 0);
        CHECK_INT(connection.n_permissions, 0);
        CHECK_INT(connection.ends_at.ms, 0);
}

/* An approval of account 1 for an application of that number, which had a secret and is account 1's
 * too. */
static struct request approved_for(struct world *world, int64_t client, int64_t number)
{
        struct request request = request_of(number), approved;

        request.client_row = id_of(client);
        CHECK_OK(STORE(world, request_insert, &request, &audit, &request.no));
        approved = approval_of(&request, number);
        approved.decided_at = after(number);
        CHECK_OK(STORE(world, request_decide, &approved, &audit));
        return approved;
}

TEST(a_page_of_connections_leaves_out_what_was_deleted_and_goes_on)
{
        static const int64_t next[] = {23, 0, 21, 20, 0};
        struct world world CLEANUP(world_end) = world_with_client();
        struct list_page page = {.limit = 1};
        struct connection_list list;

        (void)approved_for(&world, 20, 30);
        for (int64_t i = 21; i < 24; i++) {
                struct client client = client_of(&world, i, 1);

                CHECK_OK(STORE(&world, client_insert, &client, &audit));
                (void)approved_for(&world, i, i + 10);
        }
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(99), client_delete, id(&world, 22), &audit));
        for (size_t i = 0; i < 4; i++, page.after = list.next) {
                CHECK_OK(STORE_AS(&world, id(&world, 1), after(99), connection_list, &page, &list));
                CHECK_INT(list.n, next[i] != 0);
                if (next[i])
                        CHECK_ID(list.items[0].client_row, next[i]);
                CHECK_INT(list_cursor_is_none(&list.next), i == 3);
        }
        CHECK_OK(STORE_AS(&world, id(&world, 2), after(99), connection_list, &page, &list));
        CHECK_INT(list.n, 0);
}

TEST(the_last_approval_says_where_it_led_and_comes_first)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct client client = client_of(&world, 21, 1);
        struct connection first;

        CHECK_OK(STORE(&world, client_insert, &client, &audit));
        (void)approved_for(&world, 20, 30);
        (void)approved_for(&world, 21, 31);
        (void)approved_for(&world, 20, 32);
        first = connection_now(&world, after(40), 2);
        CHECK_ID(first.client_row, 20);
        CHECK_TEXT(first.redirect_uri, "https://app.example.com/cb");
        CHECK_INT(first.first_at.ms, after(30).ms);
        CHECK_INT(first.last_at.ms, after(32).ms);
        CHECK_INT(first.n_requests, 2);
        CHECK_INT(first.n_live, 0);
}

TEST(a_connection_is_kept_as_long_as_one_of_its_authorizations)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct cleanup_limits limits = limits_none();
        struct request code = code_new(&world, 30);

        exchange(&world, &code, 30);
        (void)code_new(&world, 31);
        limits.requests_before = after(2);
        CHECK(clean_up(&world, after(100), &limits) > 0); /* what was not exchanged */
        CHECK_INT(snapshot_count(&world, "access_authorization"), 1);
        CHECK_TEXT(connection_now(&world, after(100), 1).redirect_uri,
                   "https://app.example.com/cb");
        limits.grants_before = after(4000);
        CHECK(clean_up(&world, after(4001), &limits) > 0);
        CHECK_INT(snapshot_count(&world, "connected_client"), 0);
        connection_now(&world, after(4001), 0);
}

TEST(revocations_on_their_way_are_counted_by_connection)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct delivery_result failed = {.state = DELIVERY_FAILED, .outcome = ERR_INTERNAL};

        for (int64_t i = 30; i < 33; i++) {
                struct request code = code_new(&world, i);
                struct claim claim = claim_of(&code, i);
                struct grant grant;

                claim.sealed_tail = claim.sealed_caveat = tail;
                CHECK_OK(CLAIM(&world, &claim, &grant));
                failed.grant_id = grant.id;
                CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, &grant.id, &audit,
                                  &grant));
        }
        CHECK_OK(STORE_AS(&world, NULL, after(9), delivery_settle, &failed, &audit));
        CHECK_INT(connection_now(&world, after(9), 1).n_pending, 2);
        CHECK_INT(connection_now(&world, after(9), 1).n_failed, 1);
}

static struct log_filter filter_of(int state)
{
        return (struct log_filter){.before = after(1000), .state = state};
}

/* Checks that the first page of this account's log has `expected` entries. Return: how many there
 * are in all. */
static int64_t logged(struct world *world, int64_t account, const struct log_filter *filter,
                      size_t expected)
{
        struct log_query query = {.filter = *filter, .page = {.limit = 2}};
        struct history_list entries;
        struct state_counts states;
        int64_t total = 0;

        CHECK_OK(STORE_AS(world, id(world, account), after(9), log_list, &query, &entries));
        CHECK_INT(entries.n, expected);
        CHECK_OK(STORE_AS(world, id(world, account), after(9), log_states, filter, &states));
        for (int i = 0; i < REQUEST_STATES; i++)
                if (filter->state < 0 || filter->state == i)
                        total += states.of[i];
        return total;
}

TEST(a_log_is_filtered_counted_and_paged)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct log_filter all = filter_of(-1), used = filter_of(STATE_USED);
        struct log_filter other = all, later = all;
        struct request code = code_new(&world, 30);

        exchange(&world, &code, 30);
        for (int64_t i = 31; i < 34; i++)
                (void)request_new(&world, i);
        CHECK_INT(logged(&world, 1, &all, 2), 4);
        CHECK_INT(logged(&world, 1, &used, 1), 1);
        other.client_id = id_of(4711);
        CHECK_INT(logged(&world, 1, &other, 0), 0);
        later.from = after(1);
        CHECK_INT(logged(&world, 1, &later, 0), 0);
        CHECK_INT(logged(&world, 2, &all, 0), 0);
}

TEST(states_are_counted)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct log_filter all = filter_of(-1);
        struct request code = code_new(&world, 30), refused = request_new(&world, 31);
        struct state_counts states;

        exchange(&world, &code, 30);
        refused.status = REQUEST_REJECTED;
        refused.decided_at = after(1);
        CHECK_OK(STORE(&world, request_decide, &refused, &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), log_states, &all, &states));
        CHECK_INT(states.of[STATE_USED], 1);
        CHECK_INT(states.of[STATE_REJECTED], 1);
        CHECK_INT(states.of[STATE_PENDING], 0);
}

/* --- failed exchanges --- */

static void failed(struct world *world, const char *outcome, const char *action, int64_t second)
{
        const struct audit_entry entry = {
                .action = action,
                .outcome = outcome,
                .client_id = id_of(1020),
                .request_id = SLICE("r"),
                .at = after(second),
        };

        CHECK_OK(STORE(world, audit_write, &entry));
}

static struct exchange_failure_list failures(struct world *world, int64_t account,
                                             struct exchange_failure_query query)
{
        struct exchange_failure_list list;

        query.filter.client_id = id_of(1020);
        query.filter.before = query.filter.before.ms ? query.filter.before : after(1000);
        CHECK_OK(STORE_AS(world, id(world, account), after(9), failure_list, &query, &list));
        return list;
}

TEST(failed_exchanges_are_paged_for_their_owner_alone)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct exchange_failure_query query = {.page = {.limit = 2}};
        struct exchange_failure_list list;
        struct log_filter later = filter_of(-1);

        failed(&world, "ERR_CODE_USED", "exchange", 1);
        failed(&world, "ERR_CODE_EXPIRED", "exchange", 1); /* in the same millisecond */
        failed(&world, "ERR_REFRESH_ENDED", "refresh", 1);
        failed(&world, "ok", "exchange", 2);
        failed(&world, "ERR_CLIENT_UNKNOWN", "client_refused", 2);
        list = failures(&world, 1, query);
        CHECK_INT(list.n, 2);
        CHECK_TEXT(list.items[0].outcome, "ERR_REFRESH_ENDED");
        CHECK_TEXT(list.items[1].outcome, "ERR_CODE_EXPIRED");
        query.page.after = list.next;
        list = failures(&world, 1, query);
        CHECK_INT(list.n, 1);
        CHECK_TEXT(list.items[0].outcome, "ERR_CODE_USED");
        CHECK(list_cursor_is_none(&list.next));
        CHECK_INT(failures(&world, 2, (struct exchange_failure_query){.page = {.limit = 2}}).n, 0);
        later.from = after(2);
        CHECK_INT(failures(&world, 1, (struct exchange_failure_query){later, {.limit = 2}}).n, 0);
}

static struct audit_list trail(struct world *world, struct instant from, int64_t behind)
{
        const struct audit_page page = {
                .from = from, .after = behind, .before = after(3), .page = {.limit = 2}};
        struct audit_list list;

        CHECK_OK(STORE(world, audit_list, &page, &list));
        return list;
}

TEST(the_audit_trail_is_paged_also_within_one_instant)
{
        struct world world CLEANUP(world_end) = world_new();
        struct audit_list list;

        failed(&world, "third", "exchange", 2);
        failed(&world, "first", "exchange", 1);
        failed(&world, "second", "exchange", 1);
        failed(&world, "too late", "exchange", 3);
        list = trail(&world, after(1), 0);
        CHECK_INT(list.n, 2);
        CHECK(list.is_cut);
        CHECK_TEXT(list.items[0].outcome, "first");
        CHECK_TEXT(list.items[1].outcome, "second");
        list = trail(&world, list.items[1].at, list.items[1].no);
        CHECK_INT(list.n, 1);
        CHECK(!list.is_cut);
        CHECK_TEXT(list.items[0].outcome, "third");
        CHECK_ID(list.items[0].client_id, 1020);
}

TEST(a_strangers_guesses_are_no_failures_of_a_public_client)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct exchange_failure_query query = {.page = {.limit = 9}};

        failed(&world, "ERR_CODE_UNKNOWN", "exchange", 1);
        failed(&world, "ERR_VERIFIER_WRONG", "exchange", 2);
        CHECK_INT(failures(&world, 1, query).n, 2);
        CHECK_INT(snapshot_number(&world, "UPDATE client SET auth_method = 4"), -1);
        CHECK_INT(failures(&world, 1, query).n, 1);
        CHECK_TEXT(failures(&world, 1, query).items[0].outcome, "ERR_VERIFIER_WRONG");
}
