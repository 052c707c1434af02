/* SPDX-License-Identifier: Apache-2.0
 *
 * Notices.
 */
#include "core/people/notice.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/people/mail_text.h"
#include "core/store.h"

struct mail mail_notice(struct op *op, enum mail_kind kind, struct slice recipient)
{
        if (!op->ports->mail.send || !recipient.size)
                return (struct mail){0};
        return (struct mail){
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .kind = kind,
                .recipient = recipient,
                .language = mail_language_of(op->caller.languages),
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
        *ret = mail_notice(op, kind, account.email);
        return ERR_OK;
}
