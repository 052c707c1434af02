/* SPDX-License-Identifier: Apache-2.0
 *
 * Other e-mail addresses: which link does what, what ends it, and whose an address is meanwhile.
 */
#include "factors.h"
#include "passkeys.h"

/* Account 1 is in every world, and 2 is somebody else's. */
static struct world world_of_two(void)
{
        struct world world = world_with_client();
        struct account other = account_of(&world, 2);

        CHECK_OK(account_add(&world, &other, NULL));
        return world;
}

static struct account account_now(struct world *world, int64_t number)
{
        struct account account;

        CHECK_OK(STORE(world, account_by_id, id(world, number), &account));
        return account;
}

static enum err wish(struct world *world, int64_t number, struct slice email)
{
        struct mail mail = {
                .id = id_of(number), .kind = MAIL_EMAIL_WISH, .recipient = email, .made_at = NOW};

        return STORE_AS(world, id(world, 1), NOW, email_change_put,
                        &(struct email_wish){&mail, after(600)}, &audit);
}

/* Its link gets the number of the mail. */
static enum err wish_link(struct world *world, int64_t number)
{
        struct email_link link = {id_of(number), digest_of(number), after(60)};

        return STORE(world, email_change_link, &link);
}

static enum err wish_find(struct world *world, int64_t number, struct instant now)
{
        struct digest token = digest_of(number);
        struct email_change change;

        return STORE_AS(world, NULL, now, email_change_find, &token, &change);
}

/* Changes account 1 from what it has; the mail with this number brings the link to undo it. */
static enum err change(struct world *world, int64_t number, struct slice email)
{
        struct email_change to = {account_now(world, 1), email};
        struct mail mail = {.id = id_of(number),
                            .kind = MAIL_EMAIL_CHANGED,
                            .recipient = to.account.email,
                            .made_at = NOW};
        struct email_link link = {.mail_id = id_of(number), .token = digest_of(number)};

        TRY(STORE(world, email_set, &(struct new_email){&to, NULL, &mail, after(700)}, &audit));
        return STORE(world, email_undo_link, &link);
}

static enum err undo(struct world *world, int64_t number, struct instant now)
{
        struct digest token = digest_of(number);
        struct email_change found;

        TRY(STORE_AS(world, NULL, now, email_undo_find, &token, &found));
        return STORE_AS(world, NULL, now, email_restore,
                        &(struct email_restoration){&found, &token, digest_of(99), after(9999)},
                        &audit);
}

TEST(a_wish_is_found_by_its_newest_link_until_its_end)
{
        struct world world CLEANUP(world_end) = world_of_two();

        CHECK_OK(wish(&world, 30, SLICE("a@example.com")));
        CHECK_ERR(wish_find(&world, 30, NOW), ERR_NO_ROW);
        CHECK_OK(wish_link(&world, 30));
        CHECK_OK(wish_find(&world, 30, after(59)));
        CHECK_ERR(wish_find(&world, 30, after(60)), ERR_NO_ROW);
        CHECK_OK(wish(&world, 31, SLICE("b@example.com")));
        CHECK_ERR(wish_find(&world, 30, NOW), ERR_NO_ROW);
        CHECK_ERR(wish_link(&world, 30), ERR_NO_ROW); /* a mail that comes late */
        CHECK_OK(wish_link(&world, 31));
        CHECK_OK(wish_find(&world, 31, NOW));
}

TEST(another_password_and_the_end_of_an_account_end_its_wish)
{
        struct world world CLEANUP(world_end) = world_of_two();

        CHECK_OK(wish(&world, 30, SLICE("a@example.com")));
        CHECK_OK(password_set(&world, 1, SLICE("$argon2id$other")));
        CHECK_ERR(wish_link(&world, 30), ERR_NO_ROW);
        CHECK_OK(wish(&world, 31, SLICE("a@example.com")));
        CHECK_OK(STORE(&world, account_disable, id(&world, 1), &audit));
        CHECK_ERR(wish_link(&world, 31), ERR_NO_ROW);
        CHECK_ERR(wish(&world, 32, SLICE("a@example.com")), ERR_EMAIL_ELSEWHERE);
}

TEST(who_logs_in_by_a_provider_has_no_wish)
{
        struct world world CLEANUP(world_end) = world_of_two();
        struct identity identity = {.id = id_of(91),
                                    .account = account_of(&world, 1),
                                    .method = LOGIN_OPENID,
                                    .subject = SLICE("https://login.example ada")};

        CHECK_OK(STORE(&world, identity_insert, &identity, &audit));
        CHECK_ERR(wish(&world, 30, SLICE("a@example.com")), ERR_EMAIL_ELSEWHERE);
}

TEST(the_link_of_the_first_address_wins_over_all_later_ones)
{
        struct world world CLEANUP(world_end) = world_of_two();

        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        CHECK_OK(change(&world, 31, SLICE("b@example.com")));
        CHECK_OK(change(&world, 32, SLICE("c@example.com")));
        CHECK_OK(undo(&world, 31, NOW));
        CHECK_TEXT(account_now(&world, 1).email, "a@example.com");
        CHECK_ERR(undo(&world, 32, NOW), ERR_NO_ROW);
        CHECK_OK(undo(&world, 30, after(699)));
        CHECK_TEXT(account_now(&world, 1).email, "user1@example.com");
        CHECK_ERR(undo(&world, 30, NOW), ERR_NO_ROW);
}

TEST(undoing_ends_the_password_the_passkeys_and_the_wish)
{
        struct world world CLEANUP(world_end) = world_of_two();
        struct digest reset = digest_of(99);
        struct passkey_owner owner;
        struct account found;

        CHECK_OK(passkey_add(&world, 10, 1));
        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        CHECK_OK(wish(&world, 31, SLICE("b@example.com")));
        CHECK_OK(wish_link(&world, 31));
        CHECK_OK(undo(&world, 30, NOW));
        CHECK_ERR(wish_find(&world, 31, NOW), ERR_NO_ROW);
        CHECK_TEXT(identity_now(&world, 1).secret, "");
        CHECK_ERR(passkey_find(&world, 10, &owner), ERR_NO_ROW);
        CHECK_OK(STORE(&world, reset_find, &reset, &found));
        CHECK_ID(found.id, 1);
}

TEST(a_change_can_be_undone_until_its_time_and_not_after)
{
        struct world world CLEANUP(world_end) = world_of_two();

        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        CHECK_ERR(undo(&world, 30, after(700)), ERR_NO_ROW);
}

TEST(nobody_else_gets_an_address_that_can_be_given_back)
{
        struct world world CLEANUP(world_end) = world_of_two();
        struct account thief = account_of(&world, 3);
        struct email_change taken = {account_of(&world, 2), SLICE("user1@example.com")};
        struct mail none = {0};

        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        thief.email = SLICE("user1@example.com");
        CHECK_ERR(account_add(&world, &thief, NULL), ERR_EMAIL_TAKEN);
        CHECK_ERR(STORE(&world, email_set, &(struct new_email){&taken, NULL, &none, NOW}, &audit),
                  ERR_EMAIL_TAKEN);
        CHECK_OK(change(&world, 31, SLICE("user1@example.com"))); /* its own */
}

TEST(five_changes_can_be_undone_and_none_gives_way)
{
        struct world world CLEANUP(world_end) = world_of_two();
        static const char *const emails[] = {"a@e", "b@e", "c@e", "d@e", "e@e"};

        for (int64_t i = 0; i < LIMIT_EMAIL_UNDOS; i++)
                CHECK_OK(change(&world, 30 + i, slice_from_string(emails[i])));
        CHECK_ERR(change(&world, 40, SLICE("f@e")), ERR_EMAIL_CHANGES);
        CHECK_ERR(wish(&world, 41, SLICE("f@e")), ERR_EMAIL_CHANGES);
        CHECK_OK(undo(&world, 30, NOW));
        CHECK_OK(change(&world, 42, SLICE("f@e")));
}

TEST(a_deleted_account_leaves_no_address_behind)
{
        struct world world CLEANUP(world_end) = world_of_two();
        struct account next = account_of(&world, 3);

        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        CHECK_OK(STORE(&world, account_delete, id(&world, 1), &audit));
        CHECK_ERR(undo(&world, 30, NOW), ERR_NO_ROW);
        next.email = SLICE("user1@example.com");
        CHECK_OK(account_add(&world, &next, NULL));
}

TEST(clean_up_takes_what_has_ended)
{
        struct world world CLEANUP(world_end) = world_of_two();
        struct cleanup_limits limits = {.audit_before = after(-9999)};
        int64_t n;

        CHECK_OK(change(&world, 30, SLICE("a@example.com")));
        CHECK_OK(wish(&world, 31, SLICE("b@example.com")));
        CHECK_OK(STORE_AS(&world, NULL, after(599), cleanup, &limits, &n));
        CHECK_INT(n, 0);
        CHECK_OK(STORE_AS(&world, NULL, after(700), cleanup, &limits, &n));
        CHECK_INT(n, 2);
}
