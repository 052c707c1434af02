/* SPDX-License-Identifier: Apache-2.0
 *
 * A kept connection to a server on loopback that waits for each response, and remembers cookies as
 * a browser does. For flows in which a request needs what the response before it said.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WIRE_SIZE = 32 * 1024, WIRE_COOKIES = 16, WIRE_COOKIE_SIZE = 256 };

struct wire {
        int socket;
        uint16_t port;
        int status;             /* of the last response */
        char answer[WIRE_SIZE]; /* the last response, whole, as text */
        const char *body;       /* in `answer` */
        size_t n_cookies;
        char cookies[WIRE_COOKIES][WIRE_COOKIE_SIZE]; /* name=value */
};

/* Connects. Exits on a failure. */
void wire_open(struct wire *wire, uint16_t port);

void wire_close(struct wire *wire);

struct wire_request {
        const char *method, *path;
        const char *type;  /* of the body; NULL: no body */
        const char *body;  /* NULL: no body */
        const char *token; /* of the session; NULL: the cookies are sent */
};

/* Sends and waits for the whole response. Return: its status. Exits if the connection breaks. */
int wire_ask(struct wire *wire, const struct wire_request *request);

/* What stands in the last response behind `start`, up to `end` (one character).
 * Return: ret, or NULL if it is not there or does not fit. */
const char *wire_find(const struct wire *wire, const char *start, char end, char *ret, size_t size);
