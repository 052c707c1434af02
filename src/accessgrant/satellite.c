/* SPDX-License-Identifier: Apache-2.0
 *
 * The address of a satellite: node-id@host:port (docs/protocol/access-grant.md 2). Edge services
 * compare it as a whole with those they serve, so it has one spelling.
 */
#include <accessgrant.h>

#include <arpa/inet.h>

#include "accessgrant/base58.h"
#include "accessgrant/bytes.h"
#include "accessgrant/macros.h"

enum {
        NODE_ID_SIZE = 32, /* bytes; the last is the version, which is no part of the text */
        NODE_ID_TEXT = 64, /* characters it never has */
        HOST_MAX = 253,
        PORT_DIGITS = 5,
        PORT_MAX = 65535,
};

/* Cuts `bytes` in two at a separator that is there; `ret_after` is what follows it. */
static bool cut_at(struct ag_bytes bytes, const uint8_t *separator, struct ag_bytes *ret_before,
                   struct ag_bytes *ret_after)
{
        if (!separator)
                return false;
        *ret_before = ag_bytes_new(bytes.data, (size_t)(separator - bytes.data));
        *ret_after = ag_bytes_after(bytes, ret_before->size + 1);
        return true;
}

/* Return: AG_OK; AG_ERR_SATELLITE; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
static enum ag_error node_id_check(struct ag_bytes text)
{
        struct ag_buf id CLEANUP(ag_buf_deinit) = AG_BUF_INIT(NODE_ID_TEXT);
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

static bool name_is_good(struct ag_bytes name)
{
        static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

        for (size_t i = 0; i < name.size; i++)
                if (!memchr(allowed, name.data[i], sizeof(allowed) - 1))
                        return false;
        return name.size > 0 && name.size <= HOST_MAX;
}

/* "[address]" */
static bool ipv6_is_good(struct ag_bytes bracketed)
{
        char address[INET6_ADDRSTRLEN] = "";
        struct in6_addr binary;

        if (bracketed.size < 3 || bracketed.size - 2 >= sizeof(address) ||
            bracketed.data[bracketed.size - 1] != ']' || memchr(bracketed.data, 0, bracketed.size))
                return false;
        memcpy(address, bracketed.data + 1, bracketed.size - 2);
        return inet_pton(AF_INET6, address, &binary) == 1;
}

static bool host_is_good(struct ag_bytes host)
{
        return host.size && host.data[0] == '[' ? ipv6_is_good(host) : name_is_good(host);
}

/* 1 to 65535, without leading zeros. */
static bool port_is_good(struct ag_bytes port)
{
        unsigned number = 0;

        if (port.size == 0 || port.size > PORT_DIGITS || port.data[0] == '0')
                return false;
        for (size_t i = 0; i < port.size; i++) {
                if (port.data[i] < '0' || port.data[i] > '9')
                        return false;
                number = number * 10 + (port.data[i] - '0');
        }
        return number <= PORT_MAX;
}

enum ag_error ag_satellite_check(struct ag_bytes address)
{
        struct ag_bytes id, rest, host, port;

        if (address.size == 0 || address.size > AG_MAX_PATH ||
            !cut_at(address, memchr(address.data, '@', address.size), &id, &rest) ||
            rest.size == 0 || !cut_at(rest, memrchr(rest.data, ':', rest.size), &host, &port) ||
            !host_is_good(host) || !port_is_good(port))
                return AG_ERR_SATELLITE;
        return node_id_check(id);
}

enum ag_error ag_node_id_text(struct ag_bytes id, char **ret_text)
{
        if (id.size != NODE_ID_SIZE || id.data[NODE_ID_SIZE - 1] != 0)
                return AG_ERR_SATELLITE;
        return ag_base58check_text(0, id, ret_text);
}
