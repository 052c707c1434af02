/* SPDX-License-Identifier: Apache-2.0
 *
 * The only parser of URIs, authorities and host:port (RFC 3986 section 3). Which of them are
 * acceptable is up to the caller. Nothing is decoded or resolved, and the parts are borrowed from
 * the text.
 */
#pragma once

#include "base/slice.h"

/* host [ ":" port ], RFC 3986 sections 3.2.2 and 3.2.3. */
struct host_port {
        struct slice host; /* an IPv6 address has its brackets */
        struct slice port; /* absent without ':'; not validated, see port_parse() */
};

/* Cuts at the first ':' outside brackets. Characters are not checked. Return: false if a bracket is
 * not closed, or is followed by anything but ':'. */
bool host_port_parse(struct slice text, struct host_port *ret);

/* Reads "0" to "65535": digits, without leading zeros. Return: false if it is anything else. */
bool port_parse(struct slice text, uint16_t *ret);

/* Reads "192.168.1.7" or "[fd00::1]"; the outputs are those of ip_parse().
 * Return: false if the host is a name, or anything else. */
bool host_ip_parse(struct slice host, uint8_t ret[16], unsigned *ret_width);

/* The host without the brackets of an IPv6 address. */
struct slice host_without_brackets(struct slice host);

/* Cuts off the authority, which ends before the first '/', '?' or '#' (RFC 3986 section 3.2). */
struct slice authority_cut(struct slice *rest);

/* scheme ":" [ "//" [ userinfo "@" ] host [ ":" port ] ] rest, RFC 3986 section 3. */
struct uri {
        struct slice scheme;
        bool has_authority;
        struct slice userinfo; /* absent without '@' */
        struct host_port at;   /* empty without an authority */
        struct slice rest;     /* path, query and fragment */
};

/* Return: false if the scheme is malformed (RFC 3986 section 3.1) or host_port_parse() fails. */
bool uri_parse(struct slice text, struct uri *ret);
