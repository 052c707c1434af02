/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding the client that a request names, also one that was never registered: its metadata
 * document is fetched when there is no copy, or the copy is older than it may be
 * (docs/protocol/oauth.md 8). Whoever calls this may have to wait for another server.
 */
#pragma once

#include "core/clients/client_auth.h"
#include "core/op.h"
#include "core/store.h"

/* A client that is new (`is_new`) has an id, but no row yet, and its keys are not checked.
 * Return: ERR_OK, whatever its status; ERR_NO_ROW; those of metadata_document_read();
 *         ERR_DOCUMENT_UNAVAILABLE; ERR_BUSY; ERR_TOO_MANY_DOCUMENTS, with `caller->wait`; faults.
 */
enum err client_find(struct op *op, const struct client_ref *ref, struct client *ret);

/* The same where the row was read with other rows: `row` is the client with the id that is sought.
 * Its document is fetched only if its keys matter. Return: ERR_OK; as client_find(). */
enum err client_complete(struct op *op, const struct client_seek *seek, const struct client *row,
                         struct client *ret);

/* Gives a new client its row, as one that registered itself, and reads it: with require_approval it
 * waits for an operator. Any other client is left alone. Return: ERR_OK; ERR_CLIENTS_FULL; those of
 * metadata_document_keys(); faults. */
enum err client_admit(struct op *op, struct client *client);
