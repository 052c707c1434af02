/* SPDX-License-Identifier: Apache-2.0
 *
 * What the page of /oauth2-integration remembers of its link: that the application's JWT was valid
 * when the page was opened. So people may take longer than the JWT lives, and two links with the
 * same JWT, made in the same second, both lead to a grant. It is sealed for one browser, and
 * nothing is stored here. docs/protocol/http.md 8.2.
 */
#pragma once

#include "base/encode.h"
#include "core/clients/client_auth.h"
#include "core/op.h"

struct legacy_link {
        struct uuid client_id;
        struct instant ends_at; /* with the JWT, but not before `consent.lifetime` */
};

/* Remembers a client that was just authenticated. `browser` is the id in its cookie. The text
 * is base64url. Return: ERR_OK; ERR_INTERNAL; ERR_OUT_OF_MEMORY. */
enum err legacy_link_remember(struct op *op, const struct uuid *browser,
                              const struct client_identity *identity, struct slice *ret_text);

/* Reads the client again, which must still be allowed to use the flow. Return: ERR_OK;
 * ERR_LINK_UNKNOWN: not of this browser, or not made here; ERR_LINK_EXPIRED; ERR_CLIENT_DISABLED;
 * ERR_LEGACY_OFF; faults. */
enum err legacy_link_recall(struct op *op, const struct uuid *browser, struct slice text,
                            struct client *ret);
