/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk through X-Forwarded-For.
 */
#include "http/forwarded.h"

#include <arpa/inet.h>

#include "base/number.h"

static struct slice ip_text(struct arena *arena, const uint8_t address[16])
{
        char text[INET6_ADDRSTRLEN] = "";

        if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address))
                (void)inet_ntop(AF_INET, address + 12, text, sizeof(text));
        else
                (void)inet_ntop(AF_INET6, address, text, sizeof(text));
        return arena_copy(arena, slice_from_string(text));
}

/* Cuts the last item off. */
static struct slice last_cut(struct slice *list)
{
        const uint8_t *comma = list->data ? memrchr(list->data, ',', list->size) : NULL;
        size_t at = comma ? (size_t)(comma - list->data) : 0;
        struct slice item = comma ? slice_from(*list, at + 1) : *list;

        *list = comma ? slice_to(*list, at) : (struct slice){0};
        return slice_trim(item);
}

static bool is_enclosed(struct slice text, uint8_t begin, uint8_t end)
{
        return text.size >= 2 && text.data[0] == begin && text.data[text.size - 1] == end;
}

static bool is_port(struct slice text)
{
        int64_t port;

        return int64_parse(text, &port) && port >= 0 && port <= 65535;
}

/* An address of IPv6 without brackets has no port: its colons are its own. */
static bool item_parse(struct slice item, uint8_t ret[16])
{
        const uint8_t *colon;
        struct slice host;
        unsigned width;

        if (is_enclosed(item, '"', '"'))
                item = slice_trim(slice_to(slice_from(item, 1), item.size - 2));
        if (ip_parse(item, ret, &width))
                return true;
        colon = item.size ? memrchr(item.data, ':', item.size) : NULL;
        host = item;
        if (colon && !is_enclosed(item, '[', ']')) {
                size_t at = (size_t)(colon - item.data);

                if (!is_port(slice_from(item, at + 1)))
                        return false;
                host = slice_to(item, at);
        }
        if (is_enclosed(host, '[', ']'))
                return ip_parse(slice_to(slice_from(host, 1), host.size - 2), ret, &width) &&
                       width == 128;
        return ip_parse(host, ret, &width) && width == 32;
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
