/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks, and the walk through X-Forwarded-For.
 */
#include "http/forwarded.h"

#include <arpa/inet.h>

#include "base/macros.h"
#include "base/number.h"

enum { MAPPED = 96 }; /* bits before an IPv4 address in IPv6 */

/* Return: false if it is no address. `ret_width`: 32 or 128. */
static bool ip_read(struct slice text, uint8_t ret[16], unsigned *ret_width)
{
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        char string[INET6_ADDRSTRLEN] = "";

        if (text.size == 0 || text.size >= sizeof(string) || slice_contains_byte(text, 0))
                return false;
        memcpy(string, text.data, text.size);
        memcpy(ret, mapped, sizeof(mapped));
        *ret_width = 32;
        if (inet_pton(AF_INET, string, ret + sizeof(mapped)) == 1)
                return true;
        *ret_width = 128;
        return inet_pton(AF_INET6, string, ret) == 1;
}

static struct slice ip_text(struct arena *arena, const uint8_t address[16])
{
        char text[INET6_ADDRSTRLEN] = "";

        if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address))
                (void)inet_ntop(AF_INET, address + 12, text, sizeof(text));
        else
                (void)inet_ntop(AF_INET6, address, text, sizeof(text));
        return arena_copy(arena, slice_from_string(text));
}

static bool network_read(struct slice text, struct network *ret)
{
        struct slice address, bits = text;
        bool has_bits = slice_cut(&bits, '/', &address);
        unsigned width;
        int64_t number;

        if (!ip_read(address, ret->address, &width))
                return false;
        number = width;
        if (has_bits && (!int64_parse(bits, &number) || number < 0 || number > width))
                return false;
        ret->bits = (unsigned)number + (width == 32 ? MAPPED : 0);
        return true;
}

static size_t commas_count(struct slice text)
{
        size_t n = 0;

        for (size_t i = 0; i < text.size; i++)
                n += text.data[i] == ',';
        return n;
}

bool networks_parse(struct arena *arena, struct slice text, struct networks *ret)
{
        struct networks networks = {
                .items = arena_array(arena, commas_count(text) + 1, struct network)};
        struct slice item;

        while (text.size) {
                (void)slice_cut(&text, ',', &item);
                if (!network_read(slice_trim(item), &networks.items[networks.n++]))
                        return false;
        }
        *ret = networks;
        return true;
}

static bool network_holds(const struct network *network, const uint8_t address[16])
{
        unsigned whole = network->bits / 8, rest = network->bits % 8;

        if (memcmp(network->address, address, whole) != 0)
                return false;
        return rest == 0 || (network->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool is_trusted(const struct networks *trusted, const uint8_t address[16])
{
        for (size_t i = 0; i < trusted->n; i++)
                if (network_holds(&trusted->items[i], address))
                        return true;
        return false;
}

/* Cuts the last item off. */
static struct slice last_cut(struct slice *list)
{
        const uint8_t *comma = list->size ? memrchr(list->data, ',', list->size) : NULL;
        size_t at = comma ? (size_t)(comma - list->data) : 0;
        struct slice item = comma ? slice_from(*list, at + 1) : *list;

        *list = comma ? slice_to(*list, at) : (struct slice){0};
        return slice_trim(item);
}

struct slice forwarded_client(struct arena *arena, const struct networks *trusted,
                              struct slice peer, struct slice forwarded_for)
{
        struct slice rest = forwarded_for;
        uint8_t at[16], next[16];
        bool has_moved = false;
        unsigned width;

        if (trusted->n == 0 || !ip_read(peer, at, &width))
                return peer;
        while (rest.size && is_trusted(trusted, at) && ip_read(last_cut(&rest), next, &width)) {
                memcpy(at, next, sizeof(at));
                has_moved = true;
        }
        return has_moved ? ip_text(arena, at) : peer;
}
