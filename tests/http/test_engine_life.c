/* SPDX-License-Identifier: Apache-2.0
 *
 * Slow peers, shutdowns and many connections.
 */
#include "engine_world.h"

#include <pthread.h>
#include <sys/resource.h>

static void check_drip(const char *begin, const char *drip)
{
        WORLD(.workers = 1, .idle_seconds = 1, .seconds = 1);
        WIRE(wire);
        int n_drips = 0;

        wire_say(wire, begin);
        while (n_drips < 40 && !wire_read(wire, NULL, 100)) {
                wire_say(wire, drip);
                n_drips++;
        }
        CHECK(wire->closed);
        CHECK_INT(atomic_load(&world->n_handled), 0);
}

TEST(a_slow_sender_is_cut_off_though_never_silent)
{
        check_drip("GET / HTT", "P");
        check_drip("POST / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n");
        check_drip("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n", "a");
}

TEST(a_slow_handler_is_waited_for)
{
        WORLD(.workers = 1, .idle_seconds = 1, .seconds = 1);
        WIRE(wire);

        wire_say(wire, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(2500);
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(wire, "path=/gate ", SOON));
}

static void *stop_main(void *context)
{
        struct world *world = context;

        engine_stop(world->engine, 100);
        world->engine = NULL;
        return NULL;
}

TEST(a_shut_down_answers_a_hundred_waiting_connections)
{
        enum { N = 100 };
        WORLD(.workers = 4, .queue = N, .threads = 2);
        struct wire *wires[N];
        pthread_t thread;
        int n_503 = 0;

        for (int i = 0; i < N; i++) {
                wires[i] = wire_open(world->port);
                wire_say(wires[i], "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        while (atomic_load(&world->n_handled) < 4)
                nap(1);
        nap(50);
        CHECK_INT(pthread_create(&thread, NULL, stop_main, world), 0);
        for (int i = 0; i < N; i++) {
                CHECK(wire_read(wires[i], NULL, SOON));
                n_503 += strncmp(wires[i]->answer, "HTTP/1.1 503 ", 13) == 0 &&
                         strstr(wires[i]->answer, "Retry-After: 1\r\n") &&
                         strstr(wires[i]->answer, "\"temporarily_unavailable\"");
                wire_freep(&wires[i]);
        }
        CHECK_INT(n_503, N);
        atomic_store(&world->gate_open, true);
        pthread_join(thread, NULL);
}

TEST(a_shut_down_lets_running_requests_end)
{
        WORLD(.workers = 2);
        WIRE(wire);
        WIRE(idle);
        struct world *stopped = world;
        pthread_t thread;

        wire_say(idle, "GET /g HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(idle, "path=/g ", SOON));
        wire_say(wire, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        while (atomic_load(&world->n_handled) < 2)
                nap(1);
        CHECK_INT(pthread_create(&thread, NULL, stop_main, stopped), 0);
        nap(30);
        wire_say(idle, "GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(idle, "503 ", SOON));
        CHECK(wire_connect(world->port) < 0);
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(wire, "path=/gate ", SOON));
        CHECK(wire_read(wire, NULL, SOON));
        pthread_join(thread, NULL);
}

TEST(a_thousand_connections_are_served)
{
        enum { N = 1000 };
        struct rlimit limit;
        WORLD(.workers = 4, .queue = N, .threads = 2, .connections = 2 * N);
        static int sockets[N];

        CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
        limit.rlim_cur = limit.rlim_max;
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        if (limit.rlim_cur < 2 * N + 100)
                skip();
        for (int i = 0; i < N; i++) {
                sockets[i] = wire_connect(world->port);
                CHECK(sockets[i] >= 0);
        }
        for (int i = 0; i < N; i++)
                CHECK(send(sockets[i], "GET /g HTTP/1.1\r\nHost: x\r\n\r\n", 28, MSG_NOSIGNAL) ==
                      28);
        for (int i = 0; i < N; i++) {
                char answer[1024] = "";

                CHECK(recv(sockets[i], answer, sizeof(answer) - 1, 0) > 0);
                CHECK(strncmp(answer, "HTTP/1.1 200 OK", 15) == 0);
                close(sockets[i]);
        }
        CHECK_INT(atomic_load(&world->n_handled), N);
}

TEST(a_listen_address_that_is_taken_is_an_error)
{
        WORLD(.workers = 1);
        struct engine_options options = {
                .timer = world->timer, .vocabulary = &vocabulary_grantd, .handle = handle};
        struct engine *engine;
        char text[32];

        snprintf(text, sizeof(text), "127.0.0.1:%d", world->port);
        options.listen = text;
        CHECK_ERR(engine_start(&options, &engine), ERR_INTERNAL);
        options.listen = "example.com:80";
        CHECK_ERR(engine_start(&options, &engine), ERR_FIELD_MALFORMED);
        options.listen = "127.0.0.1:65536";
        CHECK_ERR(engine_start(&options, &engine), ERR_FIELD_MALFORMED);
        options.listen = "::1:80";
        CHECK_ERR(engine_start(&options, &engine), ERR_FIELD_MALFORMED);
}

/* With exactly that many events the library would wait for more before it handles them. */
TEST(a_hundred_and_twenty_eight_requests_that_come_at_once_are_answered)
{
        enum { N = 128 };
        WORLD(.workers = 4, .queue = N, .threads = 1, .connections = 2 * N);
        WIRE(gate);
        struct wire *wires[N];

        for (int i = 0; i < N; i++) {
                wires[i] = wire_open(world->port);
                wire_say(wires[i], "GET /empty HTTP/1.1\r\nHost: x\r\n\r\n");
                CHECK(wire_read(wires[i], "204", SOON));
        }
        wire_say(gate, "GET /fast/gate HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(50);
        for (int i = 0; i < N; i++)
                wire_say(wires[i], "GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
        atomic_store(&world->gate_open, true);
        for (int i = 0; i < N; i++) {
                CHECK(wire_read(wires[i], "path=/again", SOON));
                wire_freep(&wires[i]);
        }
}

/* The library would not listen again until something else happened. */
TEST(who_waited_while_all_connections_were_taken_is_served_when_they_end)
{
        enum { N = 2 };
        WORLD(.workers = 1, .queue = N, .threads = 1, .connections = N);
        struct wire *late CLEANUP(wire_freep) = NULL, *wires[N];

        for (int i = 0; i < N; i++)
                wires[i] = wire_open(world->port);
        nap(50);
        late = wire_open(world->port);
        wire_say(late, "GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(50);
        for (int i = 0; i < N; i++)
                wire_freep(&wires[i]);
        CHECK(wire_read(late, "path=/late", SOON));
}

/* --- delayed responses --- */

#define REFUSED "HTTP/1.1 429"

static double now(void)
{
        struct timespec time;

        clock_gettime(CLOCK_MONOTONIC, &time);
        return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

TEST(who_is_refused_for_asking_too_often_waits_and_nobody_else)
{
        WORLD(.workers = 1, .refusal_pause = 300);
        WIRE(refused);
        WIRE(other);
        double began = now();

        wire_say(refused, "GET /refuse HTTP/1.1\r\nHost: x\r\n\r\n");
        while (!atomic_load(&world->n_reported))
                nap(1);
        wire_say(other, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(other, "path=/ ", SOON));
        CHECK_INT(wire_count(refused, REFUSED), 0);
        CHECK(wire_read(refused, REFUSED, SOON));
        CHECK(now() - began >= 0.299); /* it counts whole milliseconds */
        wire_say(refused, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(refused, "path=/ ", SOON));
}

TEST(only_some_of_the_connections_wait_for_their_refusal)
{
        enum { N = 8 };
        WORLD(.workers = 1, .connections = N, .refusal_pause = 60000);
        struct wire *wires[N];
        int n_answered = 0;

        for (int i = 0; i < N; i++) {
                wires[i] = wire_open(world->port);
                wire_say(wires[i], "GET /refuse HTTP/1.1\r\nHost: x\r\n\r\n");
                n_answered += wire_read(wires[i], REFUSED, 200);
        }
        CHECK_INT(n_answered, N - (N / 4 + 1));
        for (int i = 0; i < N; i++)
                wire_freep(&wires[i]);
}

TEST(a_shut_down_sends_the_answers_that_wait)
{
        WORLD(.workers = 1, .refusal_pause = 60000);
        WIRE(wire);

        wire_say(wire, "GET /refuse HTTP/1.1\r\nHost: x\r\n\r\n");
        while (!atomic_load(&world->n_reported))
                nap(1);
        engine_stop(world->engine, 1000);
        world->engine = NULL;
        CHECK(wire_read(wire, REFUSED, SOON));
}

/* --- non-blocking requests, and responses after the handler has returned --- */

TEST(nonblocking_requests_do_not_wait_behind_blocking_ones)
{
        WORLD(.workers = 1, .nonblocking = 1);
        WIRE(held);
        WIRE(nonblocking);
        WIRE(blocking);

        wire_say(held, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        while (!atomic_load(&world->n_handled))
                nap(1);
        wire_say(nonblocking, "GET /nonblocking HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(nonblocking, "path=/nonblocking ", SOON));
        wire_say(blocking, "GET /nonblocking/wait HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(!wire_read(blocking, "path=", 50));
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(blocking, "path=/nonblocking/wait ", SOON));
        CHECK(wire_read(held, "path=/gate ", SOON));
}

TEST(who_cannot_wait_for_want_of_room_is_told_so)
{
        WORLD(.workers = 1, .nonblocking = 1, .queue = 1);
        WIRE(held);
        WIRE(queued);
        WIRE(refused);

        wire_say(held, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        while (atomic_load(&world->n_handled) < 1)
                nap(1);
        wire_say(queued, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
        nap(50);
        wire_say(refused, "GET /nonblocking/wait HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(refused, "HTTP/1.1 503", SOON));
        atomic_store(&world->gate_open, true);
        CHECK(wire_read(queued, "path=/gate ", SOON));
}

static struct http_call *later_take(struct world *world)
{
        struct http_call *call;

        while (!(call = atomic_exchange(&world->later, NULL)))
                nap(1);
        return call;
}

TEST(an_answer_may_come_from_another_thread_and_later)
{
        WORLD(.nonblocking = 1);
        WIRE(later);
        WIRE(other);
        struct http_call *call;

        wire_say(later, "GET /nonblocking/later HTTP/1.1\r\nHost: x\r\n\r\n");
        call = later_take(world);
        wire_say(other, "GET /nonblocking HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(wire_read(other, "path=/nonblocking ", SOON));
        CHECK(!wire_read(later, "HTTP", 50));
        respond_text(call, 200, "text/plain", SLICE("at last"));
        call->finish(call);
        CHECK(wire_read(later, "at last", SOON));
}

/* The client gets 503; a response after that does no harm. */
TEST(a_shut_down_does_not_wait_for_an_answer_that_does_not_come)
{
        WORLD(.nonblocking = 1);
        WIRE(wire);
        struct http_call *call;
        pthread_t thread;

        wire_say(wire, "GET /nonblocking/later HTTP/1.1\r\nHost: x\r\n\r\n");
        call = later_take(world);
        CHECK_INT(pthread_create(&thread, NULL, stop_main, world), 0);
        CHECK(wire_read(wire, "HTTP/1.1 503", SOON));
        respond_text(call, 200, "text/plain", SLICE("too late"));
        call->finish(call);
        CHECK_INT(pthread_join(thread, NULL), 0);
        CHECK_INT(wire_count(wire, "too late"), 0);
}

/* Sanitizers and valgrind check that nothing is left of the responses. */
TEST(who_goes_away_before_the_answer_leaves_nothing_behind)
{
        enum { N = 16 };
        WORLD(.workers = N, .queue = N);
        struct linger at_once = {.l_onoff = 1};

        for (int i = 0; i < N; i++) {
                struct wire *wire = wire_open(world->port);

                setsockopt(wire->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
                wire_say(wire, "GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
                while (atomic_load(&world->n_handled) <= i)
                        nap(1);
                wire_freep(&wire);
        }
        atomic_store(&world->gate_open, true);
        while (atomic_load(&world->n_reported) < N)
                nap(1);
}
