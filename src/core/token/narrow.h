/* SPDX-License-Identifier: Apache-2.0
 *
 * An access grant for a narrower one (RFC 8693): docs/protocol/oauth.md 2.2. The narrower one is
 * the same API key with one more caveat, as its holder could add it. So it ends with the grant it
 * came from, and nothing but an audit row is stored.
 */
#pragma once

#include "core/authorize/details.h"
#include "core/op.h"
#include "core/store.h"
#include "core/token/exchange_result.h"

struct narrow_form {
        struct secret grant;
        struct slice scope;            /* as it was sent, */
        const struct details *details; /* or these; neither: all that the grant allows */
};

/* Return: ERR_OK; ERR_SUBJECT_TOKEN: it is no live access grant of this client, as it was issued;
 * ERR_SCOPE_*; ERR_DETAILS_*; ERR_SCOPE_NEEDS_KEY: a prefix, and the grant has no key;
 * ERR_GRANT_TOO_LONG; ERR_QUOTA_NARROWINGS, with `caller->wait`; faults. */
enum err grant_narrow(struct op *op, const struct client *client, const struct narrow_form *form,
                      struct exchange_result *ret);
