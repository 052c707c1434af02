/* SPDX-License-Identifier: Apache-2.0
 *
 * The durable floor: the least that any server must do for an exchange, as fast as this machine
 * can. One thread; one HMAC and the four rows of an exchange for each request; one commit for all
 * requests that are ready; then the response. No routing, no JSON, no checks.
 *
 *      floor PORT CODES
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"

enum { CONNECTIONS = 1024, REQUEST_SIZE = 8192, EVENTS = 256 };

static const char schema[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE jwt (exp INTEGER, digest BLOB, attempt BLOB, PRIMARY KEY (exp, digest))"
        " WITHOUT ROWID;"
        "CREATE TABLE code (no INTEGER PRIMARY KEY, digest BLOB, status INTEGER, used_at INTEGER);"
        "CREATE TABLE grant_row (no INTEGER PRIMARY KEY, code INTEGER, scope TEXT, tail BLOB);"
        "CREATE TABLE audit (no INTEGER PRIMARY KEY, at INTEGER, action TEXT, outcome TEXT);";

enum row { ROW_JWT, ROW_CODE, ROW_GRANT, ROW_AUDIT, ROWS };

static const char *const texts[ROWS] = {
        [ROW_JWT] = "INSERT INTO jwt VALUES (?1, ?2, ?2)",
        [ROW_CODE] = "UPDATE code SET status = 4, used_at = ?1 WHERE no = ?1 RETURNING digest",
        [ROW_GRANT] = "INSERT INTO grant_row (code, scope, tail) VALUES (?1, 'read list', ?2)",
        [ROW_AUDIT] = "INSERT INTO audit (at, action, outcome) VALUES (?1, 'exchange', 'ok')",
};

struct connection {
        int socket;
        size_t size;
        char request[REQUEST_SIZE];
};

struct floor {
        sqlite3 *database;
        sqlite3_stmt *rows[ROWS];
        int epoll, listener;
        int64_t n_done;
        struct connection *connections; /* by socket */
};

static void die(const char *what)
{
        perror(what);
        exit(1);
}

static void execute(struct floor *floor, const char *text)
{
        if (sqlite3_exec(floor->database, text, NULL, NULL, NULL) != SQLITE_OK)
                die(sqlite3_errmsg(floor->database));
}

static void database_make(struct floor *floor, const char *codes)
{
        char fill[256];

        if (sqlite3_open("floor.db", &floor->database) != SQLITE_OK)
                die("floor.db");
        execute(floor, schema);
        (void)snprintf(fill, sizeof(fill),
                       "INSERT INTO code (digest, status) WITH RECURSIVE n(i) AS (SELECT 1 UNION "
                       "ALL SELECT i + 1 FROM n WHERE i < %ld) SELECT randomblob(32), 1 FROM n",
                       strtol(codes, NULL, 10));
        execute(floor, fill);
        for (int i = 0; i < ROWS; i++)
                if (sqlite3_prepare_v2(floor->database, texts[i], -1, &floor->rows[i], NULL) !=
                    SQLITE_OK)
                        die(sqlite3_errmsg(floor->database));
}

static void row_write(struct floor *floor, enum row row, int64_t number, const struct digest *bytes)
{
        sqlite3_stmt *statement = floor->rows[row];

        sqlite3_bind_int64(statement, 1, number);
        if (sqlite3_bind_parameter_count(statement) > 1)
                sqlite3_bind_blob(statement, 2, bytes->bytes, sizeof(bytes->bytes), SQLITE_STATIC);
        while (sqlite3_step(statement) == SQLITE_ROW)
                ;
        if (sqlite3_reset(statement) != SQLITE_OK)
                die(sqlite3_errmsg(floor->database));
}

static void request_write(struct floor *floor, const struct connection *connection)
{
        struct digest digest;

        crypto_hmac_sha256(slice_from_string("2b4719e00623ad66c4cde8681efc59e9d40bf96cdb43d4b9cf859"
                                             "e27d5252102"),
                           slice_new(connection->request, connection->size), &digest);
        floor->n_done++;
        row_write(floor, ROW_JWT, floor->n_done / 1000, &digest);
        row_write(floor, ROW_CODE, floor->n_done, &digest);
        row_write(floor, ROW_GRANT, floor->n_done, &digest);
        row_write(floor, ROW_AUDIT, floor->n_done, &digest);
}

static void connection_accept(struct floor *floor)
{
        int one = 1, made = accept4(floor->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = made};

        if (made < 0 || made >= CONNECTIONS)
                die("accept");
        (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        floor->connections[made] = (struct connection){.socket = made};
        if (epoll_ctl(floor->epoll, EPOLL_CTL_ADD, made, &event) != 0)
                die("epoll_ctl");
}

/* Return: whether a complete request has arrived. */
static bool connection_read(struct connection *connection)
{
        ssize_t got = recv(connection->socket, connection->request + connection->size,
                           REQUEST_SIZE - 1 - connection->size, 0);
        const char *head, *length;

        if (got <= 0) {
                (void)close(connection->socket);
                return false;
        }
        connection->size += (size_t)got;
        connection->request[connection->size] = 0;
        head = strstr(connection->request, "\r\n\r\n");
        length = strstr(connection->request, "Content-Length: ");
        return head && connection->size >= (size_t)(head + 4 - connection->request) +
                                                   (length ? strtoul(length + 16, NULL, 10) : 0);
}

static void connection_answer(struct connection *connection)
{
        static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                     "Content-Length: 16\r\n\r\n{\"status\": \"ok\"}";

        (void)send(connection->socket, answer, sizeof(answer) - 1, MSG_NOSIGNAL);
        connection->size = 0;
}

static void ready_serve(struct floor *floor, struct connection **ready, size_t n)
{
        if (n == 0)
                return;
        execute(floor, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < n; i++)
                request_write(floor, ready[i]);
        execute(floor, "COMMIT");
        for (size_t i = 0; i < n; i++)
                connection_answer(ready[i]);
}

static void events_serve(struct floor *floor)
{
        struct epoll_event events[EVENTS];
        struct connection *ready[EVENTS];
        int n = epoll_wait(floor->epoll, events, EVENTS, -1);
        size_t n_ready = 0;

        for (int i = 0; i < n; i++) {
                if (events[i].data.fd == floor->listener)
                        connection_accept(floor);
                else if (connection_read(&floor->connections[events[i].data.fd]))
                        ready[n_ready++] = &floor->connections[events[i].data.fd];
        }
        ready_serve(floor, ready, n_ready);
}

static void listener_open(struct floor *floor, const char *port)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct epoll_event event = {.events = EPOLLIN};

        floor->epoll = epoll_create1(EPOLL_CLOEXEC);
        floor->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        event.data.fd = floor->listener;
        if (bind(floor->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
            listen(floor->listener, CONNECTIONS) != 0 ||
            epoll_ctl(floor->epoll, EPOLL_CTL_ADD, floor->listener, &event) != 0)
                die("listen");
}

int main(int argc, char **argv)
{
        struct floor floor = {.connections = calloc(CONNECTIONS, sizeof(*floor.connections))};

        if (argc != 3 || !floor.connections)
                die("usage: floor PORT CODES");
        database_make(&floor, argv[2]);
        listener_open(&floor, argv[1]);
        for (;;)
                events_serve(&floor);
}
