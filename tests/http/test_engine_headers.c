/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers for which there is no memory. The library's function is replaced by one that fails where
 * a test says so.
 */
#include "engine_world.h"

#include <dlfcn.h>
#include <limits.h>

typedef enum MHD_Result header_adder(struct MHD_Response *response, const char *name,
                                     const char *value);

static atomic_int n_before_failure = INT_MAX;

enum MHD_Result MHD_add_response_header(struct MHD_Response *response, const char *name,
                                        const char *value)
{
        if (atomic_fetch_sub(&n_before_failure, 1) <= 0)
                return MHD_NO;
        return ((header_adder *)(uintptr_t)dlsym(RTLD_NEXT, "MHD_add_response_header"))(
                response, name, value);
}

static int headers_needed(struct world *world, const char *request)
{
        WIRE(wire);

        atomic_store(&n_before_failure, INT_MAX);
        wire_say(wire, request);
        CHECK(wire_read(wire, "\r\n\r\n", SOON));
        return INT_MAX - atomic_load(&n_before_failure);
}

static void check_no_part_of(struct world *world, const char *request)
{
        int n_headers = headers_needed(world, request);

        CHECK(n_headers >= 3);
        for (int n = 0; n < n_headers; n++) {
                WIRE(wire);

                atomic_store(&n_before_failure, n);
                wire_say(wire, request);
                wire_read(wire, NULL, SOON);
                CHECK(wire->closed);
                CHECK_INT(wire->size, 0);
        }
}

TEST(a_response_without_memory_for_one_of_its_headers_is_not_sent)
{
        WORLD(.workers = 1);

        check_no_part_of(world, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        check_no_part_of(world, "GET /refuse HTTP/1.1\r\nHost: x\r\n\r\n");
        check_no_part_of(world, "GET /cookie HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(headers_needed(world, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") > 0);
}
