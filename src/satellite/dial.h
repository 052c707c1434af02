/* SPDX-License-Identifier: Apache-2.0
 *
 * A TCP connection to a host that may be called.
 */
#pragma once

#include "satellite/allowed.h"
#include "satellite/resolve.h"

/* Resolves the host, and connects to the first of its allowed addresses that takes the connection.
 * The socket does not block. `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_SATELLITE_FORBIDDEN: it has addresses, none of them allowed;
 * ERR_SATELLITE_UNAVAILABLE. */
enum err dial(struct resolver *resolver, const struct allowed *allowed, struct slice host,
              uint16_t port, int64_t deadline, int *ret_socket);
