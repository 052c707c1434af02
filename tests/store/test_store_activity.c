/* SPDX-License-Identifier: Apache-2.0
 *
 * What was done with an account: two lists that come as one.
 */
#include "claims.h"

enum { MOST = 20 };

static void noted(struct world *world, int64_t account, const char *action, int64_t second)
{
        const struct audit_entry entry = {
                .action = action,
                .outcome = "ok",
                .account_id = id_of(account),
                .client_id = id_of(1020),
                .subject_id = id_of(7),
                .address = SLICE("192.0.2.1"),
                .at = after(second),
        };

        CHECK_OK(STORE(world, audit_write, &entry));
}

/* As ids of grants are: their first bytes are the time. */
static struct uuid id_at(int64_t number, int64_t second)
{
        struct uuid id = id_of(number);

        for (size_t i = 0; i < 6; i++)
                id.bytes[i] = (uint8_t)((uint64_t)after(second).ms >> (40 - 8 * i));
        id.bytes[8] = 0x80;
        return id;
}

static void exchanged(struct world *world, int64_t number, int64_t second)
{
        struct request code = code_new(world, number);
        struct claim claim = claim_of(&code, number);
        struct grant grant;

        claim.grant_id = id_at(number, second);
        claim.sealed_tail = tail;
        CHECK_OK(CLAIM_AT(world, after(second), &claim, &grant));
}

static void owner_granted(struct world *world, int64_t number, int64_t second)
{
        struct grant grant = {.id = id_at(number, second),
                              .account_id = id_of(1),
                              .project_id = id_of(10),
                              .scope = SLICE("read"),
                              .status = GRANT_LIVE,
                              .created_at = after(second),
                              .sealed_tail = tail};
        struct audit_entry entry = {.action = "owner_grant",
                                    .outcome = "ok",
                                    .account_id = id_of(1),
                                    .subject_id = grant.id,
                                    .address = SLICE("192.0.2.9"),
                                    .at = after(second)};

        CHECK_OK(STORE(world, owner_grant_insert, &grant, &entry));
}

/* Reads all pages of so many rows. Return: how many are in `ret`, newest first, without those that
 * the fixture's world has brought along. */
static size_t read_all(struct world *world, int64_t account, int64_t limit,
                       struct activity ret[MOST])
{
        struct list_page page = {.limit = limit};
        size_t n = 0;

        for (;;) {
                struct activity_list list;

                CHECK_OK(STORE_AS(world, id(world, account), NOW, activity_list, &page, &list));
                CHECK(list.n <= (size_t)limit && n + list.n <= MOST);
                for (size_t i = 0; i < list.n; i++)
                        if (!slice_equal(list.items[i].action, SLICE("test")))
                                ret[n++] = list.items[i];
                if (list_cursor_is_none(&list.next))
                        return n;
                CHECK(list.is_cut);
                page.after = list.next;
        }
}

static const char *const expected[] = {
        "access_revoke", "exchange", "owner_grant", "consent",
        "logout",        "login",    "exchange",    "exchange",
};

static void everything_done(struct world *world)
{
        exchanged(world, 30, 1); /* three in one millisecond */
        exchanged(world, 31, 1);
        noted(world, 1, "login", 1);
        noted(world, 1, "logout", 2); /* two in one millisecond */
        noted(world, 1, "consent", 2);
        owner_granted(world, 32, 3);
        exchanged(world, 33, 4);
        noted(world, 1, "access_revoke", 5);
}

TEST(what_was_done_comes_in_the_order_of_its_time_however_it_is_paged)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct activity found[MOST];

        everything_done(&world);
        for (int64_t limit = 1; limit <= 9; limit++) {
                CHECK_INT(read_all(&world, 1, limit, found), ARRAY_SIZE(expected));
                for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
                        CHECK_TEXT(found[i].action, expected[i]);
        }
        CHECK_INT(found[1].at.ms, after(4).ms);
        CHECK_ID(found[1].client_id, 1020);
        CHECK(found[1].client_name.size && !found[1].address.size);
        CHECK_TEXT(found[2].address, "192.0.2.9"); /* once, and from where */
        CHECK_ID(found[5].subject_id, 7);
}

TEST(what_others_did_and_what_came_to_nothing_is_not_in_it)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct audit_entry refused = {.action = "login",
                                      .outcome = "ERR_ACCOUNT_DISABLED",
                                      .account_id = id_of(1),
                                      .at = after(1)};
        struct request code = code_new(&world, 30);
        struct claim claim = claim_of(&code, 30);
        struct activity found[MOST];
        struct grant grant;

        noted(&world, 2, "login", 1);
        noted(&world, 1, "request", 1);
        CHECK_OK(STORE(&world, audit_write, &refused));
        claim.grant_id = id_at(30, 2);
        CHECK_OK(CLAIM(&world, &claim, &grant)); /* never issued */
        CHECK_INT(read_all(&world, 1, 9, found), 0);
        CHECK_INT(read_all(&world, 2, 9, found), 1);
        CHECK_INT(read_all(&world, 3, 9, found), 0);
}
