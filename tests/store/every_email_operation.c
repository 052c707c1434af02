/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations on what people change of their accounts, for every_operation.c, and the change of an
 * e-mail address and the wish of account 5 on which they work.
 */
#include "every_operation.h"

static struct mail mail_to(int64_t number, enum mail_kind kind, struct slice recipient)
{
        return (struct mail){
                .id = id_of(number), .kind = kind, .recipient = recipient, .made_at = NOW};
}

static struct email_change change_to(struct given *given, struct slice from, struct slice to)
{
        struct email_change change = {.account = account_of(given->world, 5), .email = to};

        change.account.email = from;
        return change;
}

static enum err wish(struct given *given, int64_t number, struct slice email)
{
        struct mail mail = mail_to(number, MAIL_EMAIL_WISH, email);

        return STORE_AS(given->world, ID(5), NOW, email_change_put,
                        &(struct email_wish){&mail, after(600)}, &audit);
}

static enum err set(struct given *given, const struct email_change *change, int64_t number,
                    const struct digest *token)
{
        struct mail mail = mail_to(number, MAIL_EMAIL_CHANGED, change->account.email);

        return CALL(email_set, &(struct new_email){change, token, &mail, after(900)}, &audit);
}

void emails_new(struct world *world)
{
        struct given all = {.world = world}, *given = &all;
        struct email_change change =
                change_to(given, SLICE("user5@example.com"), SLICE("new5@example.com"));
        struct email_link undo = {.mail_id = id_of(98), .token = digest_of(98)};
        struct email_link confirm = {id_of(99), digest_of(99), after(600)};

        CHECK_OK(set(given, &change, 98, NULL));
        CHECK_OK(CALL(email_undo_link, &undo));
        CHECK_OK(wish(given, 99, SLICE("other5@example.com")));
        CHECK_OK(CALL(email_change_link, &confirm));
}

enum err do_email_change_put(struct given *given)
{
        return wish(given, 197, SLICE("another5@example.com"));
}

enum err do_email_change_link(struct given *given)
{
        struct email_link link = {id_of(99), digest_of(199), after(700)};

        return CALL(email_change_link, &link);
}

enum err do_email_undo_link(struct given *given)
{
        struct email_link link = {.mail_id = id_of(98), .token = digest_of(198)};

        return CALL(email_undo_link, &link);
}

enum err do_email_set(struct given *given)
{
        struct digest token = digest_of(99);
        struct email_change change =
                change_to(given, SLICE("new5@example.com"), SLICE("other5@example.com"));

        return set(given, &change, 198, &token);
}

enum err do_email_restore(struct given *given)
{
        struct digest token = digest_of(98);
        struct email_change change =
                change_to(given, SLICE("new5@example.com"), SLICE("user5@example.com"));
        struct email_restoration restoration = {&change, &token, digest_of(298), after(60)};

        return CALL(email_restore, &restoration, &audit);
}

enum err do_email_change_find(struct given *given)
{
        struct digest token = digest_of(99);
        struct email_change change;

        return CALL(email_change_find, &token, &change);
}

enum err do_email_undo_find(struct given *given)
{
        struct digest token = digest_of(98);
        struct email_change change;

        return CALL(email_undo_find, &token, &change);
}

/* --- names and preferences --- */

enum err do_account_rename(struct given *given)
{
        return STORE_AS(given->world, ID(1), NOW, account_rename, &SLICE("Another Name"), &audit);
}

enum err do_account_prefer(struct given *given)
{
        struct account_preferences wanted = {LANGUAGE_GERMAN, true, 1};

        return STORE_AS(given->world, ID(1), NOW, account_prefer, &wanted, &audit);
}
