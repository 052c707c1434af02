/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening the listening socket.
 */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/network.h"
#include "base/uri.h"

enum { BACKLOG = 1024 };

union address {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
};

static bool address_parse(const char *text, union address *ret)
{
        struct host_port parts;
        uint8_t bytes[16];
        unsigned width;
        uint16_t port;

        if (!host_port_parse(slice_from_string(text), &parts) || !port_parse(parts.port, &port))
                return false;
        if (slice_equal(parts.host, SLICE("localhost")))
                parts.host = SLICE("127.0.0.1");
        if (!host_ip_parse(parts.host, bytes, &width))
                return false;
        if (width == IPV4_WIDTH) {
                *ret = (union address){.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};
                memcpy(&ret->v4.sin_addr, bytes + 12, sizeof(ret->v4.sin_addr));
                return true;
        }
        *ret = (union address){.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}};
        memcpy(&ret->v6.sin6_addr, bytes, sizeof(ret->v6.sin6_addr));
        return true;
}

enum err listen_open(const char *text, int *ret_socket)
{
        union address address;
        int one = 1, fd, error;
        bool v4;

        if (!address_parse(text, &address))
                return ERR_FIELD_MALFORMED;
        v4 = address.any.sa_family == AF_INET;
        fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return ERR_INTERNAL;
        if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
            bind(fd, &address.any, v4 ? sizeof(address.v4) : sizeof(address.v6)) == 0 &&
            listen(fd, BACKLOG) == 0) {
                *ret_socket = fd;
                return ERR_OK;
        }
        error = errno;
        close(fd);
        errno = error;
        return ERR_INTERNAL;
}

uint16_t listen_port(int socket)
{
        union address address = {.any = {.sa_family = AF_UNSPEC}};
        socklen_t size = sizeof(address);

        if (getsockname(socket, &address.any, &size) != 0)
                return 0;
        return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

void address_encode(const struct sockaddr *address, char ret_text[ADDRESS_TEXT_SIZE])
{
        const struct sockaddr_in *v4 = (const void *)address;
        const struct sockaddr_in6 *v6 = (const void *)address;

        ret_text[0] = '\0';
        if (address->sa_family == AF_INET)
                inet_ntop(AF_INET, &v4->sin_addr, ret_text, ADDRESS_TEXT_SIZE);
        if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
                inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], ret_text, ADDRESS_TEXT_SIZE);
        else if (address->sa_family == AF_INET6)
                inet_ntop(AF_INET6, &v6->sin6_addr, ret_text, ADDRESS_TEXT_SIZE);
}

void address_bytes(const struct sockaddr *address, uint8_t ret[16])
{
        const struct sockaddr_in *v4 = (const void *)address;
        const struct sockaddr_in6 *v6 = (const void *)address;

        memset(ret, 0, 16);
        if (address->sa_family == AF_INET) {
                ret[10] = ret[11] = 0xff;
                memcpy(ret + 12, &v4->sin_addr, sizeof(v4->sin_addr));
        }
        if (address->sa_family == AF_INET6)
                memcpy(ret, &v6->sin6_addr, sizeof(v6->sin6_addr));
}
