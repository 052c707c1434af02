/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether certificates are those of a satellite (docs/protocol/satellite.md 3). The network has no
 * certificate authorities and no host names: the node id in the satellite's address is the only
 * anchor, and it is the hash of the key that signed the satellite's own.
 */
#pragma once

#include "remote/satellite/address.h"

enum { IDENTITY_CERTIFICATES_MAXIMUM = 8 };

/* Do these certificates (DER, leaf first, as they were sent) belong to the identity of this id?
 * Dates, names and hosts are not looked at: the network does not use them. That the other side has
 * the leaf's key is the handshake's business. */
bool identity_check(const struct slice *certificates, size_t n, const struct node_id *id);
