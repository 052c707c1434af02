/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an allowlist, and which addresses are public.
 */
#include "remote/allowlist.h"

#include "base/macros.h"
#include "base/uri.h"

#define NETWORK(bits_, ...)                                                                        \
        {                                                                                          \
                .address = {__VA_ARGS__}, .bits = (bits_)                                          \
        }
#define NETWORK_V4(bits_, ...)                                                                     \
        {                                                                                          \
                .address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, __VA_ARGS__},                \
                .bits = 96 + (bits_)                                                               \
        }

/* Addresses in IPv4 and in the global part of IPv6 that do not identify one public host (IANA's
 * registries of special-purpose addresses). */
static const struct network special[] = {
        NETWORK_V4(8, 0),                    /* this network */
        NETWORK_V4(8, 10),                   /* private */
        NETWORK_V4(10, 100, 64),             /* carriers' own */
        NETWORK_V4(8, 127),                  /* loopback */
        NETWORK_V4(16, 169, 254),            /* link-local, where clouds have their metadata */
        NETWORK_V4(12, 172, 16),             /* private */
        NETWORK_V4(24, 192, 0, 0),           /* protocols */
        NETWORK_V4(24, 192, 0, 2),           /* documentation */
        NETWORK_V4(24, 192, 88, 99),         /* 6to4 relays */
        NETWORK_V4(16, 192, 168),            /* private */
        NETWORK_V4(15, 198, 18),             /* benchmarks */
        NETWORK_V4(24, 198, 51, 100),        /* documentation */
        NETWORK_V4(24, 203, 0, 113),         /* documentation */
        NETWORK_V4(3, 224),                  /* multicast and reserved */
        NETWORK(23, 0x20, 0x01),             /* protocols, Teredo among them */
        NETWORK(32, 0x20, 0x01, 0x0d, 0xb8), /* documentation */
        NETWORK(16, 0x20, 0x02),             /* 6to4: an IPv4 address inside */
        NETWORK(20, 0x3f, 0xff),             /* documentation */
};

static const struct network global[] = {
        NETWORK_V4(0, 0),
        NETWORK(3, 0x20),
};

static bool list_holds(const struct network *items, size_t n, const uint8_t address[16])
{
        for (size_t i = 0; i < n; i++) {
                struct network item = items[i];
                const struct networks one = {.items = &item, .n = 1};

                if (networks_hold(&one, address))
                        return true;
        }
        return false;
}

static bool is_public(const uint8_t address[16])
{
        return list_holds(global, ARRAY_SIZE(global), address) &&
               !list_holds(special, ARRAY_SIZE(special), address);
}

/* "[::1]:7777", "10.1.2.3:7777", "sat.example:7777" */
static bool host_parse(struct slice text, struct allowlist_host *ret)
{
        struct host_port parts;
        struct allowlist_host host;
        uint8_t address[16];
        unsigned width;

        if (!host_port_parse(text, &parts) || parts.host.size == 0 ||
            !port_parse(parts.port, &host.port) || host.port == 0 ||
            !(slice_consists_of(parts.host, ".-_") || host_ip_parse(parts.host, address, &width)))
                return false;
        host.name = host_without_brackets(parts.host);
        *ret = host;
        return true;
}

static bool part_add(struct slice part, struct allowlist *allowlist)
{
        if (slice_equal(part, SLICE("public"))) {
                allowlist->has_public = true;
                return true;
        }
        if (network_parse(part, &allowlist->networks.items[allowlist->networks.n])) {
                allowlist->networks.n++;
                return true;
        }
        if (!host_parse(part, &allowlist->hosts[allowlist->n_hosts]))
                return false;
        allowlist->n_hosts++;
        return true;
}

bool allowlist_parse(struct arena *arena, struct slice text, struct allowlist *ret)
{
        size_t n = slice_count_byte(text, ',') + 1;
        struct allowlist allowlist = {
                .networks = {.items = arena_array(arena, n, struct network)},
                .hosts = arena_array(arena, n, struct allowlist_host),
        };
        struct slice part;

        if (!allowlist.networks.items || !allowlist.hosts)
                return false;
        while (text.size) {
                (void)slice_cut(&text, ',', &part);
                if (!part_add(slice_trim(part), &allowlist))
                        return false;
        }
        *ret = allowlist;
        return true;
}

static bool host_matches(const struct allowlist_host *listed, struct slice host, uint16_t port,
                         const uint8_t address[16])
{
        uint8_t listed_address[16];
        unsigned width;

        if (listed->port != port)
                return false;
        return slice_equal_in_any_case(listed->name, host) ||
               (ip_parse(listed->name, listed_address, &width) &&
                memcmp(listed_address, address, sizeof(listed_address)) == 0);
}

bool allowlist_permits(const struct allowlist *allowlist, struct slice host, uint16_t port,
                       const uint8_t address[16])
{
        if ((allowlist->has_public && is_public(address)) ||
            networks_hold(&allowlist->networks, address))
                return true;
        for (size_t i = 0; i < allowlist->n_hosts; i++)
                if (host_matches(&allowlist->hosts[i], host, port, address))
                        return true;
        return false;
}

bool allowlist_may_permit(const struct allowlist *allowlist, uint16_t port)
{
        for (size_t i = 0; i < allowlist->n_hosts; i++)
                if (allowlist->hosts[i].port == port)
                        return true;
        return allowlist->has_public || allowlist->networks.n > 0;
}
