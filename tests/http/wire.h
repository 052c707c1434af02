/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw sockets to an engine on a loopback port, for tests of the edge.
 */
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

enum { WIRE_ANSWER = 64 * 1024 };

struct wire {
        int socket;
        char answer[WIRE_ANSWER]; /* all that was read, NUL-terminated */
        size_t size;
        bool closed; /* the peer has closed, in any way */
};

static inline int wire_connect(uint16_t port)
{
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
        int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
                return -1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        return fd;
}

static inline struct wire *wire_open(uint16_t port)
{
        struct wire *wire = calloc(1, sizeof(*wire));

        assert_non_null(wire);
        wire->socket = wire_connect(port);
        CHECK(wire->socket >= 0);
        return wire;
}

static inline void wire_freep(struct wire **wire)
{
        if (*wire)
                close((*wire)->socket);
        free(*wire);
        *wire = NULL;
}

static inline bool wire_send(struct wire *wire, const char *bytes, size_t size)
{
        while (size) {
                ssize_t sent = send(wire->socket, bytes, size, MSG_NOSIGNAL);

                if (sent <= 0)
                        return false;
                bytes += sent;
                size -= (size_t)sent;
        }
        return true;
}

static inline void wire_say(struct wire *wire, const char *text)
{
        (void)wire_send(wire, text, strlen(text));
}

/* Reads until `enough` (NULL: the end) is in the response, or nothing arrives for `milliseconds`.
 * Return: whether it arrived. */
static inline bool wire_read(struct wire *wire, const char *enough, int milliseconds)
{
        struct pollfd poll_for = {.fd = wire->socket, .events = POLLIN};

        while (!wire->closed && !(enough && strstr(wire->answer, enough))) {
                ssize_t got;

                if (poll(&poll_for, 1, milliseconds) <= 0)
                        return false;
                got = recv(wire->socket, wire->answer + wire->size, WIRE_ANSWER - 1 - wire->size,
                           0);
                if (got <= 0)
                        wire->closed = true;
                else
                        wire->size += (size_t)got;
        }
        return enough ? strstr(wire->answer, enough) != NULL : wire->closed;
}

static inline size_t wire_count(const struct wire *wire, const char *text)
{
        size_t count = 0;

        for (const char *at = wire->answer; (at = strstr(at, text)); at += strlen(text))
                count++;
        return count;
}
