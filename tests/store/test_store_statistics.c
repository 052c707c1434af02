/* SPDX-License-Identifier: Apache-2.0
 *
 * What happened with a developer's applications, by day and by reason: the same whether it was
 * counted already or not.
 */
#include "fixture.h"
#include "snapshot.h"

enum { DAY = 86400, LATER = 4 * DAY };

static void event(struct world *world, const char *action, const char *outcome, int64_t second)
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

/* Counts one batch. Return: whether there may be more. */
static bool count(struct world *world, int64_t second)
{
        bool has_more;

        CHECK_OK(STORE_AS(world, NULL, after(second), events_count, &has_more));
        return has_more;
}

static void count_all(struct world *world)
{
        while (count(world, LATER))
                ;
}

static const struct log_filter always = {.before = {INT64_MAX}, .state = -1};

static struct log_day_list days_of(struct world *world, int64_t account, struct log_filter filter)
{
        struct log_day_list days;

        CHECK_OK(STORE_AS(world, id(world, account), after(LATER), log_days, &filter, &days));
        return days;
}

static struct failure_reason_list reasons_of(struct world *world, int64_t account,
                                             struct log_filter filter)
{
        struct failure_reason_list reasons;

        CHECK_OK(STORE_AS(world, id(world, account), after(LATER), failure_reasons, &filter,
                          &reasons));
        return reasons;
}

/* Two days of client 20. */
static struct world world_eventful(void)
{
        struct world world = world_with_client();

        event(&world, "exchange", "ok", 1);
        event(&world, "exchange", "ok", 1); /* in the same millisecond */
        event(&world, "consent_refused", "ok", 2);
        event(&world, "exchange", "ERR_CODE_USED", 3);
        event(&world, "refresh", "ERR_REFRESH_ENDED", 4);
        event(&world, "exchange", "ERR_CODE_USED", DAY);
        event(&world, "exchange", "ok", DAY + 400);
        /* of no interest */
        event(&world, "refresh", "ok", 5);
        event(&world, "client_refused", "ERR_CLIENT_UNKNOWN", 6);
        event(&world, "consent_refused", "ERR_REQUEST_EXPIRED", 7);
        return world;
}

static void check_day(const struct log_day *day, int64_t second, int64_t n_exchanges,
                      int64_t n_refusals, int64_t n_failures)
{
        CHECK_INT(day->at.ms, after(second).ms);
        CHECK_INT(day->n_exchanges, n_exchanges);
        CHECK_INT(day->n_refusals, n_refusals);
        CHECK_INT(day->n_failures, n_failures);
}

static void check_eventful(struct world *world)
{
        struct log_day_list days = days_of(world, 1, always);
        struct failure_reason_list reasons = reasons_of(world, 1, always);

        CHECK_INT(days.n, 2);
        check_day(&days.items[0], 0, 2, 1, 2);
        check_day(&days.items[1], DAY, 1, 0, 1);
        CHECK_INT(reasons.n, 2);
        CHECK_TEXT(reasons.items[0].outcome, "ERR_CODE_USED");
        CHECK_INT(reasons.items[0].n, 2);
        CHECK_TEXT(reasons.items[1].outcome, "ERR_REFRESH_ENDED");
        CHECK_INT(reasons.items[1].n, 1);
}

TEST(statistics_are_the_same_before_while_and_after_events_are_counted)
{
        struct world world CLEANUP(world_end) = world_eventful();

        check_eventful(&world);
        CHECK_INT(snapshot_count(&world, "client_day"), 0);
        (void)count(&world, DAY + 301); /* all but the last, which is not five minutes old */
        CHECK_INT(snapshot_count(&world, "client_day"), 5);
        check_eventful(&world);
        count_all(&world);
        CHECK_INT(snapshot_count(&world, "client_day"), 6);
        check_eventful(&world);
        CHECK(!count(&world, LATER));
        check_eventful(&world);
}

TEST(what_is_counted_does_not_need_the_audit_trail)
{
        struct world world CLEANUP(world_end) = world_eventful();

        count_all(&world);
        CHECK_INT(snapshot_number(&world, "DELETE FROM audit"), -1);
        check_eventful(&world);
}

TEST(counts_go_with_the_audit_trail_of_their_day)
{
        struct world world CLEANUP(world_end) = world_eventful();
        struct cleanup_limits limits = limits_none();
        struct log_day_list days;

        count_all(&world);
        limits.audit_before = after(DAY - 1);
        (void)clean_up(&world, after(LATER), &limits);
        check_eventful(&world);
        limits.audit_before = after(DAY);
        CHECK(clean_up(&world, after(LATER), &limits) >= 4);
        days = days_of(&world, 1, always);
        CHECK_INT(days.n, 1);
        check_day(&days.items[0], DAY, 1, 0, 1);
}

TEST(statistics_are_of_whole_days_and_of_one_application_if_asked)
{
        for (int counted = 0; counted < 2; counted++) {
                struct world world CLEANUP(world_end) = world_eventful();
                struct log_filter filter = always;

                if (counted)
                        count_all(&world);
                filter.from = after(DAY + 1000);
                CHECK_INT(days_of(&world, 1, filter).n, 1);
                check_day(days_of(&world, 1, filter).items, DAY, 1, 0, 1);
                CHECK_INT(reasons_of(&world, 1, filter).n, 1);
                filter = always;
                filter.before = after(DAY);
                CHECK_INT(days_of(&world, 1, filter).n, 1);
                check_day(days_of(&world, 1, filter).items, 0, 2, 1, 2);
                filter = always;
                filter.client_id = id_of(1020);
                CHECK_INT(days_of(&world, 1, filter).n, 2);
                filter.client_id = id_of(1021);
                CHECK_INT(days_of(&world, 1, filter).n, 0);
                CHECK_INT(reasons_of(&world, 1, filter).n, 0);
        }
}

TEST(somebody_else_sees_nothing_also_by_the_clients_id)
{
        for (int counted = 0; counted < 2; counted++) {
                struct world world CLEANUP(world_end) = world_eventful();
                struct account other = account_of(&world, 2);
                struct project project = project_of(12, 2);
                struct log_filter filter = always;

                CHECK_OK(account_add(&world, &other, &project));
                if (counted)
                        count_all(&world);
                CHECK_INT(days_of(&world, 2, filter).n, 0);
                filter.client_id = id_of(1020);
                CHECK_INT(days_of(&world, 2, filter).n, 0);
                CHECK_INT(reasons_of(&world, 2, filter).n, 0);
        }
}

TEST(what_happened_is_still_told_when_the_application_is_deleted)
{
        struct world world CLEANUP(world_end) = world_eventful();

        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), client_delete, id(&world, 20), &audit));
        check_eventful(&world);
        count_all(&world);
        check_eventful(&world);
}

TEST(a_strangers_guesses_are_not_counted_for_a_public_client)
{
        struct world world CLEANUP(world_end) = world_with_client();

        event(&world, "exchange", "ERR_CODE_UNKNOWN", 1);
        CHECK_INT(reasons_of(&world, 1, always).n, 1);
        CHECK_INT(snapshot_number(&world, "UPDATE client SET auth_method = 4"), -1);
        CHECK_INT(reasons_of(&world, 1, always).n, 0);
        CHECK_INT(days_of(&world, 1, always).n, 0);
        count_all(&world);
        CHECK_INT(reasons_of(&world, 1, always).n, 0);
        CHECK_INT(days_of(&world, 1, always).n, 0);
        CHECK_INT(snapshot_number(&world, "UPDATE client SET auth_method = 0"), -1);
        CHECK_INT(reasons_of(&world, 1, always).n, 1);
}

/* 8,192 entries of one millisecond are more than a batch, and are not divided. */
TEST(counting_goes_on_where_the_last_batch_ended)
{
        static const char twice[] =
                "INSERT INTO audit (at, action, outcome, client_id, request_id, address) "
                "SELECT at, action, outcome, client_id, request_id, address FROM audit";
        struct world world CLEANUP(world_end) = world_with_client();
        int n_batches = 1;

        (void)audit_take(&world);
        event(&world, "exchange", "ok", 1);
        for (int i = 0; i < 13; i++)
                CHECK_INT(snapshot_number(&world, twice), -1);
        event(&world, "exchange", "ok", 2);
        CHECK(count(&world, LATER));
        CHECK_INT(snapshot_number(&world, "SELECT n FROM client_day"), 8192);
        CHECK_INT(days_of(&world, 1, always).items[0].n_exchanges, 8193);
        for (; count(&world, LATER); n_batches++)
                ;
        CHECK_INT(n_batches, 2);
        CHECK_INT(snapshot_number(&world, "SELECT n FROM client_day"), 8193);
}
