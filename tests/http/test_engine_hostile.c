/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that the library cannot handle, peers that hang up, and connections in use.
 */
#include "engine_world.h"

/* A request line, a head field and much of something behind them. */
static void check_refused(const char *begin, const char *again, size_t times, const char *expected)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, begin);
        for (size_t i = 0; i < times; i++)
                wire_say(wire, again);
        wire_say(wire, strchr(begin, '\r') ? "\r\n\r\n" : " HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, NULL, SOON));
        CHECK(strncmp(wire->answer, expected, strlen(expected)) == 0);
        CHECK_INT(wire_count(wire, "HTTP/1.1 "), 1);
        CHECK(strstr(wire->answer, "X-Request-Id: "));
        CHECK(strstr(wire->answer, "\r\n\r\n{\"error\":\"invalid_request\""));
        CHECK_INT(atomic_load(&world->n_handled), 0);
}

#define HEAD_BEGIN "GET / HTTP/1.1\r\nHost: x\r\n"
#define TEN        "xxxxxxxxxx"
#define HUNDRED    TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

TEST(too_many_parameters_are_refused_and_leave_nothing)
{
        check_refused("GET /?a", "&a", 100, "HTTP/1.1 400 ");
        check_refused("GET /?a", "&a", 500, "HTTP/1.1 400 ");
        check_refused("GET /?a", "&a=b", 4000, "HTTP/1.1 400 ");
}

TEST(a_target_that_is_too_long_is_refused)
{
        check_refused("GET /?", HUNDRED, 250, "HTTP/1.1 414 ");
        check_refused("GET /", HUNDRED, 320, "HTTP/1.1 414 ");
}

TEST(a_head_that_is_too_large_is_refused)
{
        check_refused(HEAD_BEGIN "Host2: x", "\r\na: b", 100, "HTTP/1.1 431 ");
        check_refused(HEAD_BEGIN "A: ", HUNDRED, 250, "HTTP/1.1 431 ");
}

/* The library would copy a cookie, and without room for it start one response and send another. */
TEST(a_cookie_that_is_too_large_gets_one_answer)
{
        check_refused(HEAD_BEGIN "Cookie: a=", HUNDRED, 260, "HTTP/1.1 431 ");
        check_refused(HEAD_BEGIN "Cookie: a=", HUNDRED, 310, "HTTP/1.1 431 ");
        check_refused(HEAD_BEGIN "Cookie: a=", "b;a=b;a=b;", 2500, "HTTP/1.1 431 ");
}

TEST(many_cookies_are_taken_as_they_are)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, HEAD_BEGIN "Cookie: a=b");
        for (int i = 0; i < 1000; i++)
                wire_say(wire, "; a=b");
        wire_say(wire, "\r\n\r\n");
        CHECK(wire_read(wire, "cookie=a=b; a=b", SOON));
}

TEST(cookie_lines_are_joined_as_a_proxy_splits_them)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, HEAD_BEGIN "Cookie: a=b\r\nCookie: c=d; e=f\r\ncookie: g=h\r\n\r\n");
        CHECK(wire_read(wire, "cookie=a=b; c=d; e=f; g=h method", SOON));
}

static void check_bytes_refused(const char *bytes, size_t size)
{
        WORLD(.workers = 1);
        WIRE(wire);

        CHECK(wire_send(wire, bytes, size));
        CHECK(wire_read(wire, NULL, SOON));
        check_malformed(world, wire, bytes);
}

#define CHECK_BYTES_REFUSED(literal) check_bytes_refused(literal, sizeof(literal) - 1)

TEST(a_nul_is_refused_wherever_it_stands)
{
        CHECK_BYTES_REFUSED("GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a?b\0c HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET\0 /a HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nA: b\0c\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nA: b\0\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nA: \0\r\nHost: x\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nHost: x\r\nA: b\0\0\0\0\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nHost: x\r\nCookie: b\0c\r\n\r\n");
}

TEST(lines_end_in_cr_lf)
{
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\nHost: x\n\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nHost: x\nA: b\r\n\r\n");
        CHECK_BYTES_REFUSED("GET /a HTTP/1.1\r\nHost: x\r\n\n");
}

TEST(http_1_0_may_leave_the_host_out)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "GET /probe HTTP/1.0\r\n\r\n");
        CHECK(wire_read(wire, "path=/probe query= host= ", SOON));
}

/* --- hang-ups --- */

TEST(who_shuts_down_its_direction_behind_a_request_is_answered)
{
        static const char *const paths[] = {"/fast", "/nonblocking", "/blocking", "/gate"};
        WORLD(.workers = 1);

        for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
                WIRE(wire);

                wire_say(wire, "POST ");
                wire_say(wire, paths[i]);
                wire_say(wire, " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                CHECK(shutdown(wire->socket, SHUT_WR) == 0);
                nap(50);
                atomic_store(&world->gate_open, true);
                CHECK(wire_read(wire, "body=3:abc.", SOON));
                CHECK(wire_read(wire, NULL, SOON));
        }
}

/* The bytes and the hang-up arrive together, so the library gets one event. */
TEST(who_hangs_up_in_the_middle_of_a_request_is_let_go_at_once)
{
        static const char *const parts[] = {
                "",
                "GET /h",
                "GET / HTTP/1.1\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc"};
        WORLD(.workers = 1);

        for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
                struct engine_counts counts = {.connections = 1};
                WIRE(wire);

                wire_say(wire, parts[i]);
                CHECK(shutdown(wire->socket, SHUT_WR) == 0);
                CHECK(wire_read(wire, NULL, 1000));
                for (int n = 0; n < 100 && counts.connections; n++) {
                        nap(5);
                        engine_counts(world->engine, &counts);
                }
                CHECK_INT(counts.connections, 0);
        }
}

TEST(a_head_has_a_shorter_deadline_than_a_body)
{
        WORLD(.workers = 1, .head_seconds = 1, .seconds = 30);
        WIRE(silent);
        WIRE(head);
        WIRE(body);

        wire_say(head, "GET / HTTP/1.1\r\nHost: x\r\n");
        wire_say(body, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
        CHECK(wire_read(silent, NULL, 3000));
        CHECK(wire_read(head, NULL, 3000));
        wire_say(body, "bc");
        CHECK(wire_read(body, "body=3:abc.", SOON));
}

/* The library would poll it in a loop until the deadline; from version 1.0 on it may also sleep. */
TEST(a_chunk_whose_line_does_not_end_is_cut_off)
{
        WORLD(.workers = 1, .seconds = library_refuses ? 1 : 60);
        WIRE(wire);

        wire_say(wire, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;");
        for (int i = 0; i < 1000; i++)
                wire_say(wire, HUNDRED);
        CHECK(wire_read(wire, NULL, 3000));
        CHECK_INT(atomic_load(&world->n_handled), 0);
}

/* --- slots --- */

static struct wire *wire_from(struct world *world, const char *address)
{
        struct sockaddr_in ours = {.sin_family = AF_INET},
                           theirs = {.sin_family = AF_INET, .sin_port = htons(world->port)};
        struct wire *wire = calloc(1, sizeof(*wire));

        assert_non_null(wire);
        CHECK(inet_pton(AF_INET, address, &ours.sin_addr) == 1);
        theirs.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        wire->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(bind(wire->socket, (struct sockaddr *)&ours, sizeof(ours)) == 0);
        CHECK(connect(wire->socket, (struct sockaddr *)&theirs, sizeof(theirs)) == 0);
        return wire;
}

TEST(an_address_has_its_share_of_the_places)
{
        enum { N = 4 };
        WORLD(.workers = 1, .connections = 16, .per_address = N);
        struct wire *wires[N + 1];
        struct wire *other CLEANUP(wire_freep) = NULL;

        for (int i = 0; i < N + 1; i++) {
                wires[i] = wire_from(world, "127.0.0.2");
                nap(20);
        }
        CHECK(wire_read(wires[N], NULL, SOON));
        other = wire_from(world, "127.0.0.3");
        wire_say(other, HEAD_BEGIN "\r\n");
        CHECK(wire_read(other, "peer=127.0.0.3", SOON));
        wire_say(wires[0], HEAD_BEGIN "\r\n");
        CHECK(wire_read(wires[0], "peer=127.0.0.2", SOON));
        for (int i = 0; i < N + 1; i++)
                wire_freep(&wires[i]);
        nap(50);
        wires[0] = wire_from(world, "127.0.0.2");
        wire_say(wires[0], HEAD_BEGIN "\r\n");
        CHECK(wire_read(wires[0], "peer=127.0.0.2", SOON));
        wire_freep(&wires[0]);
}

TEST(the_newest_silent_connection_gives_up_its_place)
{
        WORLD(.workers = 1, .connections = 3);
        WIRE(known);
        struct wire *silent CLEANUP(wire_freep) = NULL, *newest CLEANUP(wire_freep) = NULL,
                            *late CLEANUP(wire_freep) = NULL;

        wire_say(known, HEAD_BEGIN "\r\n");
        CHECK(wire_read(known, "path=/ ", SOON));
        silent = wire_open(world->port);
        nap(50);
        newest = wire_open(world->port);
        nap(2500);
        late = wire_open(world->port);
        CHECK(wire_read(newest, NULL, SOON));
        wire_say(late, HEAD_BEGIN "\r\n");
        CHECK(wire_read(late, "path=/ ", SOON));
        wire_say(silent, HEAD_BEGIN "\r\n");
        CHECK(wire_read(silent, "path=/ ", SOON));
        CHECK(!known->closed);
}

TEST(the_longest_idle_connection_gives_up_its_place)
{
        WORLD(.workers = 1, .connections = 2);
        WIRE(first);
        WIRE(second);
        struct wire *late CLEANUP(wire_freep) = NULL;

        wire_say(first, HEAD_BEGIN "\r\n");
        CHECK(wire_read(first, "path=/ ", SOON));
        wire_say(second, HEAD_BEGIN "\r\n");
        CHECK(wire_read(second, "path=/ ", SOON));
        nap(50);
        late = wire_open(world->port);
        wire_say(late, HEAD_BEGIN "\r\n");
        CHECK(wire_read(late, "path=/ ", SOON));
        CHECK(wire_read(first, NULL, SOON));
        CHECK(!second->closed);
}

TEST(only_so_many_connections_stay_idle)
{
        WORLD(.workers = 1, .idle_connections = 1);
        WIRE(first);
        WIRE(second);

        wire_say(first, HEAD_BEGIN "\r\n");
        CHECK(wire_read(first, "path=/ ", SOON));
        wire_say(second, HEAD_BEGIN "\r\n");
        CHECK(wire_read(second, "path=/ ", SOON));
        CHECK(wire_read(first, NULL, SOON));
        wire_say(second, HEAD_BEGIN "\r\n");
        CHECK(wire_read(second, "path=/ ", SOON));
}
