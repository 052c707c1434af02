/* SPDX-License-Identifier: Apache-2.0
 *
 * Connecting, address by address.
 */
#include "remote/dial.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/monotonic.h"

enum { ADDRESSES_MAXIMUM = 8 };

static bool address_bytes(const struct sockaddr *address, uint8_t ret[16])
{
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        const struct sockaddr_in *v4 = (const void *)address;
        const struct sockaddr_in6 *v6 = (const void *)address;

        if (address->sa_family == AF_INET6) {
                memcpy(ret, &v6->sin6_addr, 16);
                return true;
        }
        if (address->sa_family != AF_INET)
                return false;
        memcpy(ret, mapped, sizeof(mapped));
        memcpy(ret + sizeof(mapped), &v4->sin_addr, 4);
        return true;
}

static bool connect_within(int fd, const struct addrinfo *address, int64_t deadline)
{
        int one = 1, error = 0;
        socklen_t size = sizeof(error);

        if (connect(fd, address->ai_addr, address->ai_addrlen) != 0 &&
            (errno != EINPROGRESS || !monotonic_poll(deadline, fd, POLLOUT) ||
             getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0))
                return false;
        return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0;
}

/* Return: the socket, or -1. */
static int address_dial(const struct addrinfo *address, int64_t deadline)
{
        int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        if (fd >= 0 && connect_within(fd, address, deadline))
                return fd;
        if (fd >= 0)
                (void)close(fd);
        return -1;
}

static void addresses_freep(struct addrinfo **addresses)
{
        if (*addresses)
                freeaddrinfo(*addresses);
}

/* A numeric address reveals nothing about the network that its author did not know. */
static bool is_number(struct slice host)
{
        uint8_t address[16];
        unsigned width;

        return ip_parse(host, address, &width);
}

/* A name that resolves to a forbidden address is reported like one that does not respond, so that
 * strangers cannot find out which names exist in the server's network. */
static enum err forbidden(const struct dialer *dialer, struct slice host)
{
        EVENT(EVENT_INFO, "address not allowed", EVENT_TEXT("by", dialer->setting),
              EVENT_SLICE("host", slice_to(host, 200)));
        return is_number(host) ? ERR_FORBIDDEN : ERR_NOT_FOUND;
}

enum err dial(const struct dialer *dialer, const struct dial_target *target, int64_t deadline,
              int *ret_socket)
{
        struct addrinfo *addresses CLEANUP(addresses_freep) = NULL;
        bool was_allowed = false;
        unsigned n = 0;

        if (!allowlist_may_permit(dialer->allowlist, target->port))
                return ERR_FORBIDDEN;
        TRY(resolve(dialer->resolver, target->host, target->port, deadline, &addresses));
        for (struct addrinfo *at = addresses; at && n < ADDRESSES_MAXIMUM; at = at->ai_next, n++) {
                uint8_t bytes[16];
                int fd;

                if (!address_bytes(at->ai_addr, bytes) ||
                    !allowlist_permits(dialer->allowlist, target->host, target->port, bytes))
                        continue;
                was_allowed = true;
                fd = address_dial(at, deadline);
                if (fd >= 0) {
                        *ret_socket = fd;
                        return ERR_OK;
                }
        }
        return was_allowed ? ERR_NOT_FOUND : forbidden(dialer, target->host);
}
