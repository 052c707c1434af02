/* SPDX-License-Identifier: Apache-2.0
 *
 * A TCP connection to a host that may be called.
 */
#pragma once

#include "remote/allowlist.h"
#include "remote/resolve.h"

struct dialer {
        struct resolver *resolver;
        const struct allowlist *allowlist;
        const char *setting; /* its name, for the log */
};

struct dial_target {
        struct slice host; /* a name, or an address without brackets */
        uint16_t port;
};

/* Resolves the host, and connects to the first of its allowed addresses that accepts the
 * connection. The socket is non-blocking. `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_FORBIDDEN: it is an address, or at a port, that is not allowed;
 *         ERR_NOT_FOUND: it cannot be reached, or is a name with no address that is allowed. */
enum err dial(const struct dialer *dialer, const struct dial_target *target, int64_t deadline,
              int *ret_socket);
