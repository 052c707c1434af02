/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed authorization requests (RFC 9126): an application sends the parameters itself, and the
 * browser carries only a reference to them. docs/protocol/oauth.md 1.3.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

enum { PUSHED_LIFETIME = 60 }; /* seconds until a browser must have opened it */

/* Keeps the parameters, which were checked for this client, and returns their request_uri, which is
 * stored as a digest. Return: ERR_OK; ERR_FIELD_TOO_LONG: over LIMIT_PUSHED; ERR_QUOTA_PUSHED and
 * ERR_TOO_MANY_STARTS, with `caller->wait`; faults. */
enum err pushed_keep(struct op *op, const struct client *client, struct slice parameters,
                     struct secret *ret_uri);

/* Opens it in a browser, for as long as a decision may take; again only in the same one. Return:
 * ERR_OK; ERR_REQUEST_URI: there is none of this client that this browser may open; faults. */
enum err pushed_open(struct op *op, const struct client *client, struct slice uri,
                     const struct uuid *browser, struct pushed_request *ret);
