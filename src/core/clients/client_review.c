/* SPDX-License-Identifier: Apache-2.0
 *
 * Approving an application, or not.
 */
#include "core/clients/client_review.h"

#include "base/crypto.h"
#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "core/upkeep/audit.h"

enum { LIMIT_REVIEWED = 32 * 1024 };

/* No text has a line break. */
static void line_put(struct buf *out, struct slice text)
{
        buf_put(out, text);
        buf_put_byte(out, '\n');
}

enum err client_revision(const struct client *client, struct digest *ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(LIMIT_REVIEWED);

        line_put(&text, client->name);
        line_put(&text, slice_from_string(client_auth_text(client->auth_method)));
        line_put(&text, slice_from_string(application_type_text(client->type)));
        for (size_t i = 0; i < client->redirect_uris.n; i++)
                line_put(&text, client->redirect_uris.items[i]);
        if (text.failed)
                return ERR_OUT_OF_MEMORY;
        crypto_sha256(buf_slice(&text), ret);
        return ERR_OK;
}

enum err client_review(struct op *op, const struct client_review *review)
{
        struct client_status_change change = {
                .id = review->client_row,
                .status = review->is_approved ? CLIENT_ACTIVE : CLIENT_BLOCKED,
                .by_operator = true,
                .revision = &review->revision,
        };
        struct audit_entry audit;
        struct client client;
        enum err error = store_client_by_row(op, &review->client_row, &client);

        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        audit = audit_entry_of(op, review->is_approved ? "client_enable" : "client_disable", NULL,
                               &client.client_id, NULL);
        error = store_client_set_status(op, &change, &audit);
        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
