/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests and responses on a loopback port, over raw sockets.
 */
#include "engine_world.h"

TEST(a_request_is_answered_with_the_common_headers)
{
        WORLD(.workers = 2);
        WIRE(wire);

        wire_say(wire, "GET /a%2Fb?c=d&e=%20+ HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
        CHECK(wire_read(wire, "body=0:.", SOON));
        CHECK(strstr(wire->answer, "HTTP/1.1 200 OK\r\n"));
        CHECK(strstr(wire->answer,
                     "method=0 path=/a%2Fb query=c=d&e=%20+ host=localhost:1 peer=127.0.0.1 "));
        CHECK(strstr(wire->answer, "X-Request-Id: 0123456789abcdef0000000000000000\r\n"));
        CHECK(strstr(wire->answer, "X-Content-Type-Options: nosniff\r\n"));
        CHECK(strstr(wire->answer, "\r\nDate: "));
        CHECK(strstr(wire->answer, "Content-Type: text/plain\r\n"));
        CHECK(!strstr(wire->answer, "Strict-Transport-Security"));
}

TEST(rule_57_https_answers_carry_hsts)
{
        WORLD(.https = true);
        WIRE(wire);

        wire_say(wire, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "body=0:.", SOON));
        CHECK(strstr(wire->answer, "Strict-Transport-Security: max-age=31536000\r\n"));
}

TEST(a_connection_serves_many_requests)
{
        WORLD(.workers = 2);
        WIRE(wire);

        for (int i = 0; i < 10; i++) {
                char path[32];

                snprintf(path, sizeof(path), "path=/%d ", i);
                wire_say(wire, "POST /");
                wire_say(wire, path + 6);
                wire_say(wire, "HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
                CHECK(wire_read(wire, path, SOON));
        }
        CHECK(wire_read(wire, "/9 query= host=x peer=127.0.0.1 body=3:abc.", SOON));
        CHECK_INT(wire_count(wire, "200 OK"), 10);
}

TEST(pipelined_requests_are_answered_in_order)
{
        WORLD(.workers = 4);
        WIRE(wire);

        wire_say(wire, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                       "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
                       "GET /fast HTTP/1.1\r\nHost: x\r\n\r\n"
                       "GET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "path=/4 ", SOON));
        CHECK(strstr(wire->answer, "path=/1 ") < strstr(wire->answer, "path=/2 "));
        CHECK(strstr(wire->answer, "path=/2 ") < strstr(wire->answer, "path=/fast "));
        CHECK(strstr(wire->answer, "path=/fast ") < strstr(wire->answer, "path=/4 "));
}

TEST(head_is_get_without_a_body)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "HEAD /h HTTP/1.1\r\nHost: x\r\n\r\nGET /g HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "path=/g ", SOON));
        CHECK(strstr(wire->answer, "method=0 path=/g "));
        CHECK(!strstr(wire->answer, "path=/h"));
        CHECK_INT(wire_count(wire, "Content-Length: "), 2);
}

TEST(an_answer_without_content_keeps_the_connection)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "DELETE /empty HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "\r\n\r\n", SOON));
        CHECK(strstr(wire->answer, "HTTP/1.1 204 No Content\r\n"));
        CHECK(!strstr(wire->answer, "Content-Length"));
        wire_say(wire, "GET /g HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "path=/g ", SOON));
}

TEST(chunked_bodies_arrive_whole)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n");
        nap(20);
        wire_say(wire, "2\r\nde\r\n0\r\nHost: evil\r\nContent-Length: 9\r\n\r\n");
        CHECK(wire_read(wire, "host=x peer=127.0.0.1 body=5:abcde.", SOON));
}

/* Of which there are none (RFC 9112 section 7.1.1). */
TEST(an_extension_of_a_chunk_is_ignored_or_refused)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2;ext=1\r\nde\r\n0\r\n\r\n");
        CHECK(wire_read(wire, library_refuses ? NULL : "body=2:de.", SOON));
        if (library_refuses)
                check_malformed(world, wire, "an extension");
}

TEST(a_body_sent_byte_by_byte_arrives_whole)
{
        WORLD(.workers = 1);
        WIRE(wire);
        const char *text = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde";

        for (const char *at = text; *at; at++) {
                wire_send(wire, at, 1);
                nap(1);
        }
        CHECK(wire_read(wire, "body=5:abcde.", SOON));
}

TEST(a_fast_path_is_answered_while_all_workers_are_busy)
{
        WORLD(.workers = 1);
        WIRE(slow);
        WIRE(fast);

        wire_say(slow, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(20);
        wire_say(fast, "GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(fast, "path=/fast ", SOON));
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(slow, "path=/gate ", SOON));
}

TEST(a_full_queue_is_answered_at_once)
{
        WORLD(.workers = 1, .queue = 1);
        WIRE(running);
        WIRE(queued);
        WIRE(refused);

        wire_say(running, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        while (atomic_load(&world->n_handled) == 0)
                nap(1);
        wire_say(queued, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(50);
        wire_say(refused, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(refused, "\"}", SOON));
        CHECK(strstr(refused->answer, "HTTP/1.1 503 "));
        CHECK(strstr(refused->answer, "{\"error\":\"temporarily_unavailable\""));
        CHECK(strstr(refused->answer, "Retry-After: 1\r\n"));
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(queued, "path=/gate ", SOON));
}

static void check_413(size_t size, bool chunked)
{
        WORLD(.workers = 1);
        WIRE(wire);
        char head[128], *body = calloc(1, size);

        assert_non_null(body);
        snprintf(head, sizeof(head),
                 chunked ? "Transfer-Encoding: chunked\r\n\r\n%zx\r\n"
                         : "Content-Length: %zu\r\n\r\n",
                 size);
        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\n");
        wire_say(wire, head);
        CHECK(wire_send(wire, body, size));
        if (chunked)
                wire_say(wire, "\r\n0\r\n\r\n");
        free(body);
        CHECK(wire_read(wire, "\"}", SOON));
        CHECK(strstr(wire->answer, "HTTP/1.1 413 "));
        CHECK(strstr(wire->answer, "{\"error\":\"body_too_large\","));
        CHECK_INT(atomic_load(&world->n_handled), 0);
        if (size > LIMIT_BODY_DISCARDED) {
                CHECK(wire_read(wire, NULL, SOON));
                return;
        }
        wire_say(wire, "GET /g HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(wire, "path=/g ", SOON));
}

TEST(rule_29_bodies_over_16_KiB_get_413)
{
        check_413(LIMIT_BODY + 1, false);
        check_413(17 * 1024, true);
        check_413(1024 * 1024, false);
        check_413(1024 * 1024, true);
        check_413(5 * 1000 * 1000, false);
        check_413(5 * 1000 * 1000, true);
}

TEST(a_body_of_16_KiB_is_taken)
{
        WORLD(.workers = 1);
        WIRE(wire);
        static char body[LIMIT_BODY];

        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n");
        CHECK(wire_send(wire, body, sizeof(body)));
        CHECK(wire_read(wire, "body=16384:", SOON));
}

TEST(a_huge_body_that_waits_for_a_continue_is_refused_before_it_is_sent)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n"
                       "Expect: 100-continue\r\n\r\n");
        CHECK(wire_read(wire, "\"}", SOON));
        CHECK(strncmp(wire->answer, "HTTP/1.1 413 ", 13) == 0);
}

TEST(a_client_that_waits_for_a_continue_gets_it)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                       "Expect: 100-continue\r\n\r\n");
        CHECK(wire_read(wire, "HTTP/1.1 100 Continue\r\n\r\n", SOON));
        wire_say(wire, "abc");
        CHECK(wire_read(wire, "body=3:abc.", SOON));
}

/* Sends a whole request that could be read in two ways, and one behind it that must not be seen. */
TEST(a_target_in_absolute_form_is_read)
{
        WORLD(.workers = 1);
        WIRE(wire);

        wire_say(wire, "GET http://x:1/p?q HTTP/1.1\r\nHost: x:1\r\n\r\n");
        CHECK(wire_read(wire, "path=/p query=q host=x:1", SOON));
}
