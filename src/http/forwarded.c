/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk through X-Forwarded-For.
 */
#include "http/forwarded.h"

#include <arpa/inet.h>

#include "base/uri.h"

static struct slice ip_text(struct arena *arena, const uint8_t address[16])
{
        char text[INET6_ADDRSTRLEN] = "";

        if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address))
                (void)inet_ntop(AF_INET, address + 12, text, sizeof(text));
        else
                (void)inet_ntop(AF_INET6, address, text, sizeof(text));
        return arena_copy(arena, slice_from_string(text));
}

/* Removes and returns the last item. */
static struct slice last_cut(struct slice *list)
{
        const uint8_t *comma = list->data ? memrchr(list->data, ',', list->size) : NULL;
        size_t at = comma ? (size_t)(comma - list->data) : 0;
        struct slice item = comma ? slice_from(*list, at + 1) : *list;

        *list = comma ? slice_to(*list, at) : (struct slice){0};
        return slice_trim(item);
}

static struct slice quotes_cut(struct slice text)
{
        if (text.size < 2 || text.data[0] != '"' || text.data[text.size - 1] != '"')
                return text;
        return slice_trim(slice_new(text.data + 1, text.size - 2));
}

/* An IPv6 address without brackets has no port: all its colons are part of it. */
static bool item_parse(struct slice item, uint8_t ret[16])
{
        struct slice text = quotes_cut(item);
        struct host_port parts;
        unsigned width;
        uint16_t port;

        return ip_parse(text, ret, &width) ||
               (host_port_parse(text, &parts) && host_ip_parse(parts.host, ret, &width) &&
                (!parts.port.data || port_parse(parts.port, &port)));
}

struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for)
{
        struct slice rest = forwarded_for;
        uint8_t at[16];
        bool has_moved = false;
        unsigned width;

        if (trusted->n == 0 || !ip_parse(peer, at, &width))
                return peer;
        while (rest.size && networks_hold(trusted, at)) {
                struct slice item = last_cut(&rest);

                if (!item.size)
                        continue;
                if (!item_parse(item, at))
                        return SLICE(FORWARDED_UNKNOWN);
                has_moved = true;
        }
        return has_moved ? ip_text(arena, at) : peer;
}
