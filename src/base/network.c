/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses and networks, as 16 bytes each.
 */
#include "base/network.h"

#include <arpa/inet.h>

#include "base/number.h"

enum { MAPPED = 96 }; /* bits before an IPv4 address in IPv6 */

bool ip_parse(struct slice text, uint8_t ret[16], unsigned *ret_width)
{
        static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
        char string[INET6_ADDRSTRLEN] = "";

        if (text.size == 0 || text.size >= sizeof(string) || slice_contains_byte(text, 0))
                return false;
        memcpy(string, text.data, text.size);
        memcpy(ret, mapped, sizeof(mapped));
        *ret_width = IPV4_WIDTH;
        if (inet_pton(AF_INET, string, ret + sizeof(mapped)) == 1)
                return true;
        *ret_width = IPV6_WIDTH;
        return inet_pton(AF_INET6, string, ret) == 1;
}

bool network_parse(struct slice text, struct network *ret)
{
        struct slice address, bits = text;
        bool has_bits = slice_cut(&bits, '/', &address);
        struct network network;
        unsigned width;
        int64_t number;

        if (!ip_parse(address, network.address, &width))
                return false;
        number = width;
        if (has_bits && (!int64_parse(bits, &number) || number < 0 || number > width))
                return false;
        network.bits = (unsigned)number + (width == IPV4_WIDTH ? MAPPED : 0);
        *ret = network;
        return true;
}

bool networks_parse(struct arena *arena, struct slice text, struct networks *ret)
{
        struct networks networks = {
                .items = arena_array(arena, slice_count_byte(text, ',') + 1, struct network)};
        struct slice item;

        if (!networks.items)
                return false;
        while (text.size) {
                (void)slice_cut(&text, ',', &item);
                if (!network_parse(slice_trim(item), &networks.items[networks.n++]))
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

bool networks_hold(const struct networks *networks, const uint8_t address[16])
{
        for (size_t i = 0; i < networks->n; i++)
                if (network_holds(&networks->items[i], address))
                        return true;
        return false;
}

bool networks_hold_text(const struct networks *networks, struct slice address)
{
        uint8_t at[16];
        unsigned width;

        return ip_parse(address, at, &width) && networks_hold(networks, at);
}
