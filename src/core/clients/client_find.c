/* SPDX-License-Identifier: Apache-2.0
 *
 * A client's row is the copy of its document that all nodes share. What has no row yet is
 * remembered by each node for itself, behind the port.
 */
#include "core/clients/client_find.h"

#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/metadata_document.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/rate_limit.h"

/* --- documents --- */

/* Only what has to be fetched counts against the caller's address. */
static enum err document_get(struct op *op, struct slice url, bool is_new,
                             struct fetched_document *ret)
{
        const struct document_port *port = &op->ports->documents;
        enum err error = port->find(port->context, op->arena, url, ret);
        struct document_attempt attempt;

        if (error != ERR_NO_ROW)
                return error;
        TRY(limit_document_begin(op, is_new, &attempt));
        error = port->fetch(port->context, op->arena, url, ret);
        limit_document_end(op, &attempt, error);
        return error;
}

/* Passes on what was found of a document; one that is refused is not remembered. */
static enum err document_judge(struct op *op, struct slice url, enum err outcome)
{
        const struct document_port *port = &op->ports->documents;

        if (outcome != ERR_OK && !error_is_fault(outcome))
                port->reject(port->context, url, outcome);
        return outcome;
}

static enum err document_load(struct op *op, struct slice url, bool is_new, struct client *ret)
{
        struct fetched_document document;
        struct client client;

        TRY(document_get(op, url, is_new, &document));
        TRY(document_judge(op, url, metadata_document_read(op, url, document.text, &client)));
        client.document_until = instant_add_seconds(op->now, document.lifetime);
        *ret = client;
        return ERR_OK;
}

/* --- rows --- */

static bool is_fresh(const struct op *op, const struct client *client)
{
        return client->document_until.ms > op->now.ms;
}

static bool is_same(const struct client *was, const struct client *now)
{
        return client_is_as_approved(was, now) && was->refresh_tokens == now->refresh_tokens &&
               slice_equal(was->optional_scopes, now->optional_scopes) &&
               slice_equal(was->jwks, now->jwks);
}

/* What stays with the row. What an operator has approved may not change behind their back. */
static void row_keep(const struct op *op, const struct client *was, struct client *now)
{
        bool asks = op->ports->policy->require_approval && !client_is_as_approved(was, now);

        now->id = was->id;
        now->status = asks ? CLIENT_WAITING : was->status;
        now->created_at = was->created_at;
        now->is_new = false;
}

/* Renews the copy. On a disk that is low it is used as it is, and not stored. */
static enum err client_renew(struct op *op, struct client *client)
{
        struct client_document now = {.client = client};
        struct audit_entry audit;
        struct client fetched;
        enum err error;

        TRY(document_load(op, client->document, false, &fetched));
        TRY(document_judge(op, client->document, metadata_document_keys(op, &fetched)));
        row_keep(op, client, &fetched);
        now.has_changed = !is_same(client, &fetched);
        *client = fetched;
        if (disk_level(&op->ports->disk) >= DISK_LOW)
                return ERR_OK;
        audit = audit_entry_of(op, "client_change", NULL, &client->client_id, NULL);
        error = store_client_renew(op, &now, &audit);
        return error == ERR_NO_ROW ? ERR_OK : error; /* another node was faster */
}

static bool must_renew(const struct op *op, const struct client *client)
{
        return client->document.size && client->status == CLIENT_ACTIVE && !is_fresh(op, client);
}

enum err client_find(struct op *op, const struct client_ref *ref, struct client *ret)
{
        enum err error = store_client_find(op, &ref->id, ret);

        if (error == ERR_OK && !slice_equal(ret->document, ref->url))
                return ERR_NO_ROW;
        if (ref->url.size && !op->ports->policy->metadata_documents)
                return ERR_NO_ROW;
        if (error == ERR_NO_ROW && ref->url.size)
                return document_load(op, ref->url, true, ret);
        TRY(error);
        return must_renew(op, ret) ? client_renew(op, ret) : ERR_OK;
}

enum err client_complete(struct op *op, const struct client_seek *seek, const struct client *row,
                         struct client *ret)
{
        struct client client = *row;

        if (!slice_equal(client.document, seek->ref.url))
                return ERR_NO_ROW;
        if (seek->has_jwt && must_renew(op, &client))
                TRY(client_renew(op, &client));
        *ret = client;
        return ERR_OK;
}

enum err client_admit(struct op *op, struct client *client)
{
        struct client row = *client;
        struct registered_client registered = {
                .client = &row,
                .limit = op->ports->policy->dynamic_limit,
                .look_at = instant_add_seconds(op->now, UNUSED_CLIENT_LIFETIME),
        };
        struct audit_entry audit;
        enum err error;

        if (!client->is_new)
                return ERR_OK;
        TRY(document_judge(op, row.document, metadata_document_keys(op, &row)));
        if (op->ports->policy->require_approval)
                row.status = CLIENT_WAITING;
        TRY(arena_check(op->arena));
        audit = audit_entry_of(op, "client_register", NULL, &client->client_id, NULL);
        error = store_client_register(op, &registered, &audit);
        if (error != ERR_CONFLICT)
                TRY(error);
        return store_client_find(op, &client->client_id, client);
}
