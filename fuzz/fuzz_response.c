/* SPDX-License-Identifier: Apache-2.0
 *
 * What a satellite sends: the first byte chooses between a project, an error, an address, the
 * allowlist, and certificates.
 */
#include "base/limits.h"
#include "base/macros.h"
#include "fuzz.h"
#include "remote/allowlist.h"
#include "remote/satellite/identity.h"
#include "remote/satellite/message.h"
#include "remote/satellite/response.h"

static void project_check(struct slice bytes)
{
        struct message_project project;

        if (message_read_project(bytes, &project))
                REQUIRE(project.salt.size > 0 && project.salt.size <= LIMIT_SALT &&
                        (project.public_id.size == 0 || project.public_id.size == 16));
}

static void error_check(struct slice bytes)
{
        char text[RESPONSE_TEXT_MAXIMUM + 1];
        struct response_error error;

        if (!response_error_read(bytes, &error))
                return;
        response_text_clean(error.text, text);
        for (const char *at = text; *at; at++)
                REQUIRE(*at >= ' ' && *at <= '~');
}

static void address_check(struct slice bytes)
{
        struct satellite_address address;

        if (satellite_address_parse(bytes, &address))
                REQUIRE(address.port > 0 && address.host.size > 0);
}

/* "public" never permits our own machine. */
static void allowlist_check(struct slice bytes)
{
        static const uint8_t loopback[16] = {[10] = 0xff, [11] = 0xff, 127, 0, 0, 1};
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct allowlist allowlist;

        if (bytes.size > 4096 || !allowlist_parse(&arena, bytes, &allowlist))
                return;
        if (allowlist.networks.n == 0 && allowlist.n_hosts == 0)
                REQUIRE(!allowlist_permits(&allowlist, SLICE("localhost"), 7777, loopback));
}

/* Two certificates: the size of the first in two bytes, then both. */
static void identity_fuzz(struct slice bytes)
{
        static const struct node_id nobody;
        struct slice list[2];
        size_t first;

        if (bytes.size < 2)
                return;
        first = (size_t)bytes.data[0] << 8 | bytes.data[1];
        bytes = slice_from(bytes, 2);
        list[0] = slice_to(bytes, first);
        list[1] = slice_from(bytes, first);
        REQUIRE(!identity_check(list, ARRAY_SIZE(list), &nobody));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static void (*const checks[])(struct slice) = {project_check, error_check, address_check,
                                                       allowlist_check, identity_fuzz};

        if (size)
                checks[data[0] % ARRAY_SIZE(checks)](slice_new(data + 1, size - 1));
        return 0;
}
