/* SPDX-License-Identifier: Apache-2.0
 *
 * Fetching a small JSON document from a server that a stranger has named: over TLS that is
 * verified, from an address that was checked before it is connected to, without redirects, proxies
 * or cookies, bounded in time and in size.
 */
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "remote/dial.h"

enum {
        LIMIT_DOCUMENT = 5 * 1024,
        DOCUMENT_LIFE_LEAST =
                300, /* seconds that a document is good for, whatever its server says */
        DOCUMENT_LIFE_MOST = 86400,
        DOCUMENT_LIFE_USUAL = 3600, /* if it says nothing */
};

struct document_source {
        struct dialer dialer;
        const char *ca_file;  /* PEM, instead of the system's certificates; empty: those */
        int64_t milliseconds; /* for the whole of it */
};

struct document_reply {
        uint8_t text[LIMIT_DOCUMENT];
        size_t size;
        int64_t lifetime; /* seconds, within the bounds above */
};

/* `url` is one that client_url_problem() finds good. Return: ERR_OK; ERR_DOCUMENT_UNAVAILABLE: it
 * cannot be reached, or may not be; ERR_DOCUMENT_MALFORMED: what came is not a document. */
enum err document_fetch(const struct document_source *source, struct slice url,
                        struct document_reply *ret);

/* How long a response may be kept, from its Cache-Control (RFC 9111 section 5.2.2), NULL or a
 * text. */
int64_t document_lifetime(const char *cache_control);

/* "application/json", or a type that ends in "+json" (RFC 6839 section 3.1), perhaps with
 * parameters; NULL is none. */
bool document_type_is_json(const char *content_type);
