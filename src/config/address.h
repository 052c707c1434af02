/* SPDX-License-Identifier: Apache-2.0
 *
 * The syntax of addresses, URLs and networks in settings.
 */
#pragma once

#include "base/slice.h"

/* "127.0.0.1:10100", "[::1]:10100", "localhost:10100". Return: whether it has one of these forms;
 * if so, its port. */
bool address_parse(struct slice text, uint16_t *ret_port);

/* Return: whether only this machine can reach it; false if it is not an address. */
/* Whether a host, such as "localhost" or "[::1]", is this machine. */
bool host_is_loopback(struct slice host);

bool address_is_loopback(struct slice text);

/* Return: whether the host of an address stands for all of this machine's: 0.0.0.0, [::]. */
bool address_is_any(struct slice host);

/* Return: whether it is http(s)://host or http(s)://host:port, in lower case, with nothing after
 *         it, so that our paths can be appended. */
bool origin_url_is_valid(struct slice text);

/* Return: whether such a URL points to the reader's own machine. */
bool origin_url_is_loopback(struct slice text);

/* "10.0.0.0/8, 192.168.1.7, fd00::/8". Return: whether each is an address or a network. */
bool networks_are_valid(struct slice text);
