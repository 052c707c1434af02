/* SPDX-License-Identifier: Apache-2.0
 *
 * A TCP connection to a host that may be called.
 */
#pragma once

#include "remote/satellite/address.h"
#include "remote/satellite/allowlist.h"
#include "remote/satellite/resolve.h"

/* Resolves the host, and connects to the first of its allowed addresses that accepts the
 * connection. The socket is non-blocking. `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_SATELLITE_FORBIDDEN: it has addresses, none of them allowed;
 *         ERR_SATELLITE_UNAVAILABLE. */
enum err dial(struct resolver *resolver, const struct allowlist *allowlist,
              const struct satellite_address *address, int64_t deadline, int *ret_socket);
