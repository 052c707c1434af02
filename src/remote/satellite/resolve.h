/* SPDX-License-Identifier: Apache-2.0
 *
 * The addresses of a name, within a time: the system's own resolver knows no deadline, so it runs
 * on a thread of its own, which is left behind where it takes too long.
 */
#pragma once

#include <netdb.h>

#include "base/error.h"
#include "base/slice.h"

/* What threads left behind have in common. */
struct resolver;

/* Return: the resolver, or NULL without memory. */
struct resolver *resolver_new(void);

/* Threads that still run keep what they need. NULL does nothing. */
void resolver_free(struct resolver *resolver);

/* Addresses for TCP, to be ended with freeaddrinfo(). `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_SATELLITE_UNAVAILABLE: no such name, no response in time, or too many
 * questions already wait. */
enum err resolve(struct resolver *resolver, struct slice host, uint16_t port, int64_t deadline,
                 struct addrinfo **ret);
