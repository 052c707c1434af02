/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing clients, for the command and for the demonstration.
 */
#include "cli/client_import.h"

#include "base/macros.h"
#include "core/clients/client_assertion.h"
#include "core/clients/client_auth.h"

/* RFC 7518 section 3.2: a key of HS256 is no shorter than its hash. */
enum { FOREIGN_LEAST = 32, FOREIGN_MOST = 256 };

static bool is_printable(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if (text.data[i] < '!' || text.data[i] > '~')
                        return false;
        return true;
}

static enum err secret_check(struct secret secret, bool takes_foreign)
{
        struct slice text = secret_reveal(secret);

        if (client_secret_is_ours(text))
                return ERR_OK;
        return takes_foreign && text.size >= FOREIGN_LEAST && text.size <= FOREIGN_MOST &&
                               is_printable(text)
                       ? ERR_OK
                       : ERR_FIELD_MALFORMED;
}

enum err client_import(struct op *op, const struct client_form *form, bool takes_foreign,
                       struct client *ret)
{
        struct client_form approved = *form;
        struct secret secret;

        if (client_auth_has_secret(form->auth_method ? form->auth_method : CLIENT_AUTH_SECRET_JWT))
                TRY(secret_check(form->secret, takes_foreign));
        approved.is_approved = true;
        return client_create(op, &approved, ret, &secret);
}
