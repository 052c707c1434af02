/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of satellite.allowed, and what of the internet is public.
 */
#include "satellite/allowed.h"

#include "base/macros.h"
#include "base/number.h"

#define NETWORK(bits_, ...)                                                                        \
        {                                                                                          \
                .address = {__VA_ARGS__}, .bits = (bits_)                                          \
        }
#define NETWORK_V4(bits_, ...)                                                                     \
        {                                                                                          \
                .address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, __VA_ARGS__},                \
                .bits = 96 + (bits_)                                                               \
        }

/* Of IPv4, and of the global part of IPv6, what leads somewhere else than to the one host that the
 * public knows by it (IANA's registries of special-purpose addresses). */
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
static bool host_cut(struct slice text, struct slice *ret_host, int64_t *ret_port)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789.-_";
        const uint8_t *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
        struct slice host;
        uint8_t address[16];
        unsigned width;

        if (!colon || !int64_parse(slice_from(text, (size_t)(colon - text.data) + 1), ret_port) ||
            *ret_port < 1 || *ret_port > UINT16_MAX)
                return false;
        host = slice_to(text, (size_t)(colon - text.data));
        if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']') {
                *ret_host = slice_new(host.data + 1, host.size - 2);
                return ip_parse(*ret_host, address, &width);
        }
        *ret_host = host;
        return host.size > 0 && slice_consists_of(host, letters);
}

static size_t parts_count(struct slice text)
{
        size_t n = 1;

        for (size_t i = 0; i < text.size; i++)
                n += text.data[i] == ',';
        return n;
}

static bool part_add(struct arena *arena, struct slice part, struct allowed *allowed)
{
        struct networks network;
        struct slice host;
        int64_t port;

        if (slice_equal(part, SLICE("public"))) {
                allowed->has_public = true;
                return true;
        }
        if (part.size && networks_parse(arena, part, &network)) {
                allowed->places.items[allowed->places.n++] = network.items[0];
                return true;
        }
        if (!host_cut(part, &host, &port))
                return false;
        allowed->hosts[allowed->n_hosts++] = part;
        return true;
}

bool allowed_parse(struct arena *arena, struct slice text, struct allowed *ret)
{
        size_t n = parts_count(text);
        struct allowed allowed = {
                .places = {.items = arena_array(arena, n, struct network)},
                .hosts = arena_array(arena, n, struct slice),
        };
        struct slice part;

        if (!allowed.places.items || !allowed.hosts)
                return false;
        while (text.size) {
                (void)slice_cut(&text, ',', &part);
                if (!part_add(arena, slice_trim(part), &allowed))
                        return false;
        }
        *ret = allowed;
        return true;
}

static bool host_matches(struct slice listed, struct slice host, uint16_t port,
                         const uint8_t address[16])
{
        struct slice name;
        uint8_t listed_address[16];
        int64_t listed_port;
        unsigned width;

        if (!host_cut(listed, &name, &listed_port) || listed_port != port)
                return false;
        return slice_equal_in_any_case(name, host) ||
               (ip_parse(name, listed_address, &width) &&
                memcmp(listed_address, address, sizeof(listed_address)) == 0);
}

bool allowed_holds(const struct allowed *allowed, struct slice host, uint16_t port,
                   const uint8_t address[16])
{
        if ((allowed->has_public && is_public(address)) || networks_hold(&allowed->places, address))
                return true;
        for (size_t i = 0; i < allowed->n_hosts; i++)
                if (host_matches(allowed->hosts[i], host, port, address))
                        return true;
        return false;
}

bool allowed_may_hold(const struct allowed *allowed, uint16_t port)
{
        struct slice name;
        int64_t listed_port;

        for (size_t i = 0; i < allowed->n_hosts; i++)
                if (host_cut(allowed->hosts[i], &name, &listed_port) && listed_port == port)
                        return true;
        return allowed->has_public || allowed->places.n > 0;
}
