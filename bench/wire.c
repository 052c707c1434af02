/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocking HTTP.
 */
#include "wire.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE = 16 * 1024, PATIENCE = 30 /* s */ };

static void die(const struct wire *wire, const char *what)
{
        (void)fprintf(stderr, "%s; the last response:\n%s\n", what, wire->answer);
        exit(1);
}

void wire_open(struct wire *wire, uint16_t port)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct timeval patience = {.tv_sec = PATIENCE};
        int one = 1;

        *wire = (struct wire){.port = port,
                              .socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        if (wire->socket < 0 ||
            connect(wire->socket, (struct sockaddr *)&address, sizeof(address)) != 0)
                die(wire, "cannot connect");
        (void)setsockopt(wire->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        (void)setsockopt(wire->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

void wire_close(struct wire *wire)
{
        (void)close(wire->socket);
}

/* --- cookies --- */

/* The place of the cookie with the same name, or a new one. */
static char *cookie_place(struct wire *wire, const char *cookie)
{
        size_t name = strcspn(cookie, "=") + 1;

        for (size_t i = 0; i < wire->n_cookies; i++)
                if (strncmp(wire->cookies[i], cookie, name) == 0)
                        return wire->cookies[i];
        if (wire->n_cookies == WIRE_COOKIES)
                die(wire, "too many cookies");
        return wire->cookies[wire->n_cookies++];
}

static void cookies_keep(struct wire *wire)
{
        static const char field[] = "\r\nset-cookie: ";

        for (const char *at = wire->answer; (at = strcasestr(at, field)) && at < wire->body;) {
                size_t size;

                at += sizeof(field) - 1;
                size = strcspn(at, ";\r");
                if (size >= WIRE_COOKIE_SIZE)
                        die(wire, "a cookie is too long");
                (void)snprintf(cookie_place(wire, at), WIRE_COOKIE_SIZE, "%.*s", (int)size, at);
        }
}

static int cookies_write(const struct wire *wire, char *to, size_t size)
{
        int n = snprintf(to, size, "Cookie: ");

        for (size_t i = 0; i < wire->n_cookies; i++)
                n += snprintf(to + n, size - (size_t)n, "%s%s", i ? "; " : "", wire->cookies[i]);
        return n + snprintf(to + n, size - (size_t)n, "\r\n");
}

/* --- requests and responses --- */

static int request_write(const struct wire *wire, const struct wire_request *request, char *to)
{
        int n = snprintf(to, REQUEST_SIZE, "%s %s HTTP/1.1\r\nHost: localhost:%u\r\n",
                         request->method, request->path, wire->port);

        if (request->token)
                n += snprintf(to + n, REQUEST_SIZE - (size_t)n, "Authorization: Bearer %s\r\n",
                              request->token);
        else if (wire->n_cookies)
                n += cookies_write(wire, to + n, REQUEST_SIZE - (size_t)n);
        if (request->body)
                n += snprintf(to + n, REQUEST_SIZE - (size_t)n,
                              "Content-Type: %s\r\nContent-Length: %zu\r\n", request->type,
                              strlen(request->body));
        n += snprintf(to + n, REQUEST_SIZE - (size_t)n, "\r\n%s",
                      request->body ? request->body : "");
        if (n >= REQUEST_SIZE)
                die(wire, "a request is too long");
        return n;
}

/* Return: how many bytes the response has, or 0: its head is not complete. */
static size_t answer_size(struct wire *wire)
{
        const char *end = strstr(wire->answer, "\r\n\r\n");
        const char *length = end ? strcasestr(wire->answer, "\r\ncontent-length: ") : NULL;

        if (!end)
                return 0;
        if (!length || length > end)
                die(wire, "a response without Content-Length");
        wire->body = end + 4;
        return (size_t)(wire->body - wire->answer) + strtoul(length + 18, NULL, 10);
}

int wire_ask(struct wire *wire, const struct wire_request *request)
{
        char text[REQUEST_SIZE];
        size_t size = (size_t)request_write(wire, request, text), has = 0, needs = 0;

        if (send(wire->socket, text, size, MSG_NOSIGNAL) != (ssize_t)size)
                die(wire, "cannot send");
        while (!needs || has < needs) {
                ssize_t got = recv(wire->socket, wire->answer + has, WIRE_SIZE - 1 - has, 0);

                if (got <= 0)
                        die(wire, "no whole response");
                has += (size_t)got;
                wire->answer[has] = 0;
                needs = answer_size(wire);
        }
        cookies_keep(wire);
        wire->status = (int)strtol(wire->answer + sizeof("HTTP/1.1"), NULL, 10);
        return wire->status;
}

const char *wire_find(const struct wire *wire, const char *start, char end, char *ret, size_t size)
{
        const char *at = strcasestr(wire->answer, start);
        const char *stop = at ? strchr(at + strlen(start), end) : NULL;

        if (!stop || (size_t)(stop - at) - strlen(start) >= size)
                return NULL;
        (void)snprintf(ret, size, "%.*s", (int)((size_t)(stop - at) - strlen(start)),
                       at + strlen(start));
        return ret;
}
