/* SPDX-License-Identifier: Apache-2.0
 *
 * The load generator.
 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_SIZE = 16 * 1024, EVENTS = 256 };

struct connection {
        int socket;
        int64_t sent_at; /* nanoseconds */
        size_t size;
        char answer[ANSWER_SIZE];
};

struct run {
        const struct load *load;
        int epoll;
        struct connection *connections;
        size_t next; /* request to send */
        size_t n_answered;
        unsigned n_open;
        int64_t *latencies; /* nanoseconds, one for each response */
        struct load_result result;
};

static int64_t now_ns(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void die(const char *what)
{
        perror(what);
        exit(1);
}

static int connect_to(uint16_t port)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int one = 1, made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (made < 0 || connect(made, (struct sockaddr *)&address, sizeof(address)) != 0)
                die("connect");
        (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        return made;
}

static void connection_end(struct run *run, struct connection *connection)
{
        (void)close(connection->socket);
        connection->socket = -1;
        run->n_open--;
}

/* Requests are small enough for the socket's buffer. */
static void connection_send(struct run *run, struct connection *connection)
{
        struct slice request;

        if (run->next == run->load->n_requests) {
                connection_end(run, connection);
                return;
        }
        request = run->load->requests[run->next++];
        connection->size = 0;
        connection->sent_at = now_ns();
        if (send(connection->socket, request.data, request.size, MSG_NOSIGNAL) !=
            (ssize_t)request.size) {
                run->result.n_lost++;
                connection_end(run, connection);
        }
}

/* Return: whether the response is complete. */
static bool answer_is_whole(const struct connection *connection)
{
        const char *end = memmem(connection->answer, connection->size, "\r\n\r\n", 4);
        const char *length = memmem(connection->answer, connection->size, "Content-Length: ", 16);

        if (!end || !length)
                return false;
        return connection->size >=
               (size_t)(end + 4 - connection->answer) + strtoul(length + 16, NULL, 10);
}

static void answer_count(struct run *run, const struct connection *connection)
{
        bool is_ok = connection->size > 12 && memcmp(connection->answer + 9, "200", 3) == 0;

        if (!is_ok && run->result.n_other == 0 && !run->load->is_silent)
                (void)fprintf(stderr, "not 200: %.*s\n", (int)connection->size, connection->answer);
        run->result.n_ok += is_ok;
        run->result.n_other += !is_ok;
        run->latencies[run->n_answered++] = now_ns() - connection->sent_at;
}

static void connection_read(struct run *run, struct connection *connection)
{
        ssize_t got = recv(connection->socket, connection->answer + connection->size,
                           ANSWER_SIZE - 1 - connection->size, MSG_DONTWAIT);

        if (got < 0 && errno == EAGAIN)
                return;
        if (got <= 0) {
                run->result.n_lost++;
                connection_end(run, connection);
                return;
        }
        connection->size += (size_t)got;
        connection->answer[connection->size] = 0;
        if (!answer_is_whole(connection))
                return;
        answer_count(run, connection);
        connection_send(run, connection);
}

static void connections_open(struct run *run)
{
        for (unsigned i = 0; i < run->load->connections; i++) {
                struct connection *connection = &run->connections[i];
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};

                connection->socket = connect_to(
                        i % 2 && run->load->second_port ? run->load->second_port : run->load->port);
                if (epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->socket, &event) != 0)
                        die("epoll_ctl");
        }
        run->n_open = run->load->connections;
}

static int compare(const void *a, const void *b)
{
        int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

        return (x > y) - (x < y);
}

static double percentile_ms(const struct run *run, double share)
{
        size_t at = (size_t)((double)run->n_answered * share);

        if (run->n_answered == 0)
                return 0;
        return (double)run->latencies[at < run->n_answered ? at : run->n_answered - 1] / 1e6;
}

static void requests_run(struct run *run)
{
        struct epoll_event events[EVENTS];

        for (unsigned i = 0; i < run->load->connections; i++)
                connection_send(run, &run->connections[i]);
        while (run->n_open) {
                int n = epoll_wait(run->epoll, events, EVENTS, 10000);

                if (n == 0) {
                        (void)fprintf(stderr, "no answer for 10 s\n");
                        exit(1);
                }
                for (int i = 0; i < n; i++)
                        connection_read(run, events[i].data.ptr);
        }
}

struct load_result load_run(const struct load *load)
{
        struct run run = {
                .load = load,
                .epoll = epoll_create1(EPOLL_CLOEXEC),
                .connections = calloc(load->connections, sizeof(*run.connections)),
                .latencies = calloc(load->n_requests, sizeof(*run.latencies)),
        };
        int64_t began;

        if (run.epoll < 0 || !run.connections || !run.latencies)
                die("load");
        connections_open(&run);
        began = now_ns();
        requests_run(&run);
        run.result.seconds = (double)(now_ns() - began) / 1e9;
        qsort(run.latencies, run.n_answered, sizeof(*run.latencies), compare);
        run.result.p50_ms = percentile_ms(&run, 0.50);
        run.result.p99_ms = percentile_ms(&run, 0.99);
        (void)close(run.epoll);
        free(run.connections);
        free(run.latencies);
        return run.result;
}
