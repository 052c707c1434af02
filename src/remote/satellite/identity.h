/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether certificates are those of a satellite (docs/protocol/satellite.md 3). The network has no
 * certificate authorities and no host names: the node id in the satellite's address is the only
 * trust anchor, and it is the hash of the key that signed the satellite's certificate.
 */
#pragma once

#include "remote/satellite/address.h"

enum { IDENTITY_CERTIFICATES_MAXIMUM = 8 };

/* Whether these certificates (DER, leaf first, as they were sent) belong to the identity with this
 * id. Dates, names and hosts are not checked, since the network does not use them. The handshake
 * proves that the peer has the leaf's key. */
bool identity_check(const struct slice *certificates, size_t n, const struct node_id *id);
