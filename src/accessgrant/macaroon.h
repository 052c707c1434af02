/* SPDX-License-Identifier: Apache-2.0
 *
 * Macaroons (docs/protocol/access-grant.md 4): a head, caveats, and a tail that chains them by
 * HMAC. All slices are borrowed from the bytes that were read.
 */
#pragma once

#include "accessgrant/words.h"

struct ag_macaroon {
        struct slice head;
        struct slice tail; /* AG_TAIL_SIZE bytes */
        size_t n_caveats;
        struct slice caveats[AG_MAX_CAVEATS];
};

/* Reads everything that Storj's own library reads: location and verification packets, which are
 * dropped, heads of any size, bytes after the end (docs/protocol/access-grant.md 4.2).
 * Return: AG_OK; AG_ERR_API_KEY; AG_ERR_LIMIT. */
AG_MUST_USE enum ag_error ag_macaroon_read(struct slice raw, struct ag_macaroon *ret_macaroon);

/* Appends the canonical form. */
void ag_macaroon_write(const struct ag_macaroon *macaroon, struct buf *buf);
