/* SPDX-License-Identifier: Apache-2.0
 *
 * What mails say: from the texts of mail_texts.def, as plain text and as HTML.
 */
#pragma once

#include "core/op.h"
#include "core/people/mail_model.h"

/* `link` may be absent. Return: ERR_OK; ERR_OUT_OF_MEMORY. */
enum err mail_compose(struct op *op, const struct mail *mail, struct secret link,
                      struct mail_message *ret);
