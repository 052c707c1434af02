/* SPDX-License-Identifier: Apache-2.0
 *
 * What the engine refuses because other servers could read it differently, or because it never
 * ends.
 */
#include "engine_world.h"

static void check_400(const char *request)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, request);
        wire_say(wire, "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, NULL, SOON));
        check_malformed(world, wire, request);
}

TEST(two_length_headers_get_one_400_and_a_close)
{
        check_400("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                  "Content-Length: 5\r\n\r\n0\r\n\r\n");
}

TEST(a_repeated_length_gets_one_400_and_a_close)
{
        check_400("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                  "Content-Length: 2\r\n\r\nab");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                  "Content-Length: 4\r\n\r\nabcd");
}

TEST(a_transfer_coding_other_than_chunked_gets_one_400_and_a_close)
{
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0b"
                  "chunked\r\n\r\n0\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                  "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n");
        check_400("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "0\r\n\r\n");
}

TEST(a_space_before_the_colon_gets_one_400_and_a_close)
{
        check_400("GET / HTTP/1.1\r\nHost : x\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n"
                  "0\r\n\r\n");
        check_400("GET / HTTP/1.1\r\nHost: x\r\nFoo\t: x\r\n\r\n");
        check_400("GET / HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n");
}

TEST(a_missing_or_repeated_host_gets_one_400_and_a_close)
{
        check_400("GET / HTTP/1.1\r\n\r\n");
        check_400("GET / HTTP/1.0\r\nHost:\r\n\r\n");
        check_400("GET / HTTP/1.1\r\nHost:\r\n\r\n");
        check_400("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n");
        check_400("GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(a_folded_line_gets_one_400_and_a_close)
{
        check_400("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n");
        check_400("POST / HTTP/1.1\r\nHost: x\r\nContent-Lengt: 3\r\n h\r\n\r\nabc");
}

TEST(a_control_character_in_a_header_gets_one_400_and_a_close)
{
        check_400("GET / HTTP/1.1\r\nHost: x\r\nA: b\rContent-Length: 5\r\n\r\n");
        check_400("GET / HTTP/1.1\r\nHost: x\r\nA: b\x01\r\n\r\n");
}

TEST(a_target_that_is_none_gets_one_400_and_a_close)
{
        check_400("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n");
        check_400("GET a HTTP/1.1\r\nHost: x\r\n\r\n");
        check_400("GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n");
        check_400("GET * HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(repeated_credentials_get_one_400_and_a_close)
{
        check_400("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n"
                  "Authorization: Bearer b\r\n\r\n");
        check_400("GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
                  "Origin: http://y\r\n\r\n");
}

TEST(bytes_that_are_not_http_are_refused_and_closed)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "garbage\r\n\r\n");
        CHECK(wire_read(wire, NULL, SOON));
        CHECK_INT(atomic_load(&world->n_handled), 0);
}

TEST(a_head_has_a_bounded_size)
{
        WORLD(.workers = 1);
        WIRE(wire);
        static char value[40000];

        memset(value, 'x', sizeof(value));
        wire_say(wire, "GET / HTTP/1.1\r\nHost: x\r\nA: ");
        wire_send(wire, value, sizeof(value));
        CHECK(wire_read(wire, NULL, SOON));
        CHECK(strncmp(wire->answer, "HTTP/1.1 431 ", 13) == 0);
}
