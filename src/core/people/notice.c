/* SPDX-License-Identifier: Apache-2.0
 *
 * Notices.
 */
#include "core/people/notice.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/store.h"

/* What a person can switch off: enum account_notice. */
static unsigned switch_of(enum mail_kind kind)
{
        if (kind == MAIL_NEW_BROWSER)
                return NOTICE_NEW_BROWSER;
        if (kind == MAIL_CONNECTED)
                return NOTICE_CONNECTED;
        return kind == MAIL_CLIENT_SECRET ? NOTICE_SECRET : 0;
}

struct mail mail_notice(struct op *op, enum mail_kind kind, const struct account *account)
{
        if (!op->ports->mail.send || !account->email.size || account->notices_off & switch_of(kind))
                return (struct mail){0};
        return (struct mail){
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .kind = kind,
                .recipient = account->email,
                .language = account->language ? account->language
                                              : language_of_ranges(op->caller.languages),
                .made_at = op->now,
        };
}

enum err mail_notice_to(struct op *op, enum mail_kind kind, const struct uuid *account_id,
                        struct mail *ret)
{
        struct account account;
        enum err error;

        *ret = (struct mail){0};
        if (!op->ports->mail.send)
                return ERR_OK;
        error = store_account_by_id(op, account_id, &account);
        if (error == ERR_NO_ROW)
                return ERR_OK; /* it is gone; what was to be told will be refused */
        TRY(error);
        *ret = mail_notice(op, kind, &account);
        return ERR_OK;
}
