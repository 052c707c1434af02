/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server's own certificate says, for the operator. Serving with it is the engine's.
 */
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/slice.h"

struct certificate_facts {
        struct instant not_before, not_after; /* inclusive */
        bool fits_key;
        bool covers_host; /* one of its names is the host, or its wildcard's */
};

/* `certificate`: PEM, the server's own first; `key`: its private key, PEM. `host`: a name or an IP
 * address, without brackets.
 * Return: ERR_OK; ERR_FIELD_MALFORMED: not a certificate; ERR_INTERNAL: no memory. */
enum err certificate_read(struct slice certificate, struct slice key, struct slice host,
                          struct certificate_facts *ret);
