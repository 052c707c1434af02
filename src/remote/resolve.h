/* SPDX-License-Identifier: Apache-2.0
 *
 * The addresses of a name, by a deadline. The system's resolver has no deadline, so it runs on a
 * thread of its own, which is abandoned if it takes too long.
 */
#pragma once

#include <netdb.h>

#include "base/error.h"
#include "base/slice.h"

/* State shared with abandoned threads. */
struct resolver;

/* Return: the resolver, or NULL without memory. */
struct resolver *resolver_new(void);

/* Abandoned threads keep the memory they need. NULL does nothing. */
void resolver_free(struct resolver *resolver);

/* Addresses for TCP; free them with freeaddrinfo(). `deadline`: of monotonic_now().
 * Return: ERR_OK; ERR_NOT_FOUND: no such name, no response in time, or too many queries are waiting
 *         already. */
enum err resolve(struct resolver *resolver, struct slice host, uint16_t port, int64_t deadline,
                 struct addrinfo **ret);
