/* SPDX-License-Identifier: Apache-2.0
 *
 * Notices.
 */
#include "core/people/notice.h"

#include "core/ids.h"
#include "core/people/mail_text.h"

struct mail mail_notice(struct op *op, enum mail_kind kind, struct slice recipient,
                        struct slice tag)
{
        if (!op->ports->mail.send || !recipient.size)
                return (struct mail){0};
        return (struct mail){
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .kind = kind,
                .recipient = recipient,
                .language = mail_language_of(tag),
                .made_at = op->now,
        };
}
