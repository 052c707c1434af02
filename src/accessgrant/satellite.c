/* SPDX-License-Identifier: Apache-2.0
 *
 * The address of a satellite: node-id@host:port (docs/protocol/access-grant.md 2). Edge services
 * compare it as a whole with those they serve, so it has one spelling.
 */
#include <accessgrant.h>

#include <arpa/inet.h>

#include "accessgrant/base58.h"
#include "accessgrant/words.h"
#include "base/macros.h"
#include "base/number.h"

enum {
        NODE_ID_SIZE = 32, /* bytes; the last is the version, which is not in the text */
        NODE_ID_TEXT = 64, /* characters it never contains */
        HOST_MAX = 253,
        PORT_MAX = 65535,
};

/* Return: AG_OK; AG_ERR_SATELLITE; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
static enum ag_error node_id_check(struct slice text)
{
        struct buf id CLEANUP(buf_deinit) = BUF_INIT(NODE_ID_TEXT);
        enum ag_error error;

        if (text.size > NODE_ID_TEXT)
                return AG_ERR_SATELLITE;
        error = ag_base58check_decode(0, text, &id);
        if (error == AG_ERR_MEMORY || error == AG_ERR_CRYPTO)
                return error;
        return !error && id.size == NODE_ID_SIZE && id.data[NODE_ID_SIZE - 1] == 0
                       ? AG_OK
                       : AG_ERR_SATELLITE;
}

static bool name_is_good(struct slice name)
{
        return name.size > 0 && name.size <= HOST_MAX && slice_consists_of(name, ".-_");
}

/* "[address]" */
static bool ipv6_is_good(struct slice bracketed)
{
        char address[INET6_ADDRSTRLEN] = "";
        struct in6_addr binary;

        if (bracketed.size < 3 || bracketed.size - 2 >= sizeof(address) ||
            bracketed.data[bracketed.size - 1] != ']' || memchr(bracketed.data, 0, bracketed.size))
                return false;
        memcpy(address, bracketed.data + 1, bracketed.size - 2);
        return inet_pton(AF_INET6, address, &binary) == 1;
}

static bool host_is_good(struct slice host)
{
        return host.size && host.data[0] == '[' ? ipv6_is_good(host) : name_is_good(host);
}

static bool port_is_good(struct slice text)
{
        int64_t port;

        return int64_parse(text, &port) && port >= 1 && port <= PORT_MAX;
}

/* The port follows the last colon; an IPv6 address contains more. */
static bool host_and_port_are_good(struct slice text)
{
        const uint8_t *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
        size_t host_size = colon ? (size_t)(colon - text.data) : 0;

        return colon && host_is_good(slice_to(text, host_size)) &&
               port_is_good(slice_from(text, host_size + 1));
}

enum ag_error ag_satellite_check(struct ag_bytes address)
{
        struct slice rest = slice_of(address), id;

        if (address.size > AG_MAX_PATH || !slice_cut(&rest, '@', &id) ||
            !host_and_port_are_good(rest))
                return AG_ERR_SATELLITE;
        return node_id_check(id);
}

enum ag_error ag_node_id_text(struct ag_bytes id, char **ret_text)
{
        if (id.size != NODE_ID_SIZE || id.data[NODE_ID_SIZE - 1] != 0)
                return AG_ERR_SATELLITE;
        return ag_base58check_text(0, slice_of(id), ret_text);
}
