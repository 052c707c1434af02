/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing clients, for the command and for the demonstration.
 */
#include "cli/client_import.h"

#include "base/macros.h"

enum { SECRET_SIZE = 64 };

static enum err secret_check(struct secret secret)
{
        struct buf bytes CLEANUP(buf_deinit) = BUF_INIT(SECRET_SIZE);
        struct slice text = secret_reveal(secret);

        return text.size == SECRET_SIZE && hex_decode(text, &bytes) ? ERR_OK : ERR_FIELD_MALFORMED;
}

enum err client_import(struct op *op, const struct client_form *form, struct client *ret)
{
        struct client_form approved = *form;
        struct secret secret;

        TRY(secret_check(form->secret));
        approved.is_approved = true;
        return client_create(op, &approved, ret, &secret);
}
