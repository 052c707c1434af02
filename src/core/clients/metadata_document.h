/* SPDX-License-Identifier: Apache-2.0
 *
 * A client's metadata document (draft-ietf-oauth-client-id-metadata-document): what an application
 * that was never registered says about itself. docs/protocol/oauth.md 8.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Reads the document that was fetched from the URL, and makes the client of it, with an id but
 * without a row. It is judged as a registration is, except for its keys: they are as they were
 * served, and metadata_document_keys() must have taken them before anything is checked with them.
 * Return: ERR_OK; ERR_DOCUMENT_MALFORMED; ERR_DOCUMENT_CLIENT_ID; ERR_DOCUMENT_AUTH_METHOD;
 *         ERR_NAME_UNCLEAR; ERR_REDIRECT_URI_MALFORMED; ERR_SCOPE_*; ERR_JWKS_URI; faults. */
enum err metadata_document_read(struct op *op, struct slice url, struct slice text,
                                struct client *ret);

/* Looks for weaknesses of the keys, which takes milliseconds, so how often is limited before.
 * Return: ERR_OK; ERR_JWK*; ERR_CLIENT_KEYS_MISSING; faults. */
enum err metadata_document_keys(struct op *op, struct client *client);
