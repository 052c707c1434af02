/* SPDX-License-Identifier: Apache-2.0
 *
 * A listening TCP socket from its text form, and addresses as text.
 */
#pragma once

#include <netinet/in.h>

#include "base/error.h"
#include "base/slice.h"

enum { ADDRESS_TEXT_SIZE = INET6_ADDRSTRLEN };

/* Listens on "127.0.0.1:10100", "[::1]:10100", "localhost:10100" (which is 127.0.0.1); non-blocking
 * and close-on-exec. Return: ERR_OK; ERR_FIELD_MALFORMED: the text; ERR_INTERNAL: errno says why.
 */
enum err listen_open(const char *text, int *ret_socket);

/* The port a socket is bound to, 0 if it is not. */
uint16_t listen_port(int socket);

/* The address without its port; IPv4 mapped into IPv6 is written as IPv4. "" for another family. */
void address_encode(const struct sockaddr *address, char ret_text[ADDRESS_TEXT_SIZE]);

/* IPv4 mapped into IPv6; all zero for another family. */
void address_bytes(const struct sockaddr *address, uint8_t ret[16]);
