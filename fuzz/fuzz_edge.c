/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes from a socket through the engine and the library below it. Whatever is sent, the response
 * is HTTP, and the handler sees only valid requests.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/vocabulary.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "base/timer.h"
#include "fuzz.h"
#include "http/engine.h"
#include "http/respond.h"

enum {
        PORT_TRIES = 600,
        PORT_PAUSE = 100, /* ms */
        PATIENCE = 2,     /* ms: half a request gets no response */
        QUIET_TRIES = 5000,
        INPUTS_BETWEEN_LOOKS = 64,
};

static uint16_t port;
static struct engine *engine;

/* Called by the leak checker, which would report memory held by the engine's threads. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
        return 1;
}

static bool is_visible(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if ((text.data[i] < 0x20 && text.data[i] != '\t') || text.data[i] == 0x7f)
                        return false;
        return true;
}

static enum http_handled handle(void *context, struct http_call *call)
{
        const struct http_request *request = &call->request;

        (void)context;
        REQUIRE(request->path.size && is_visible(request->path) && is_visible(request->query));
        REQUIRE(request->headers.host.size || !request->headers.host.data);
        REQUIRE(is_visible(request->headers.host));
        REQUIRE(request->body.size <= LIMIT_BODY);
        respond_empty(call, 204);
        return HTTP_ANSWERED;
}

/* One engine for all inputs, until the process ends. */
static void engine_begin(void)
{
        struct engine_options options = {.timer = timer_start(),
                                         .listen = "127.0.0.1:0",
                                         .workers = 1,
                                         .queue = 16,
                                         .seconds = 5,
                                         .vocabulary = &vocabulary_grantd,
                                         .handle = handle};

        (void)signal(SIGPIPE, SIG_IGN);
        REQUIRE(engine_start(&options, &engine) == ERR_OK);
        port = engine_port(engine);
}

static int engine_connect(void)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        struct linger at_once = {.l_onoff = 1}; /* leaves no socket behind */
        int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), connected;

        REQUIRE(made >= 0);
        /* Other programs may have taken all ports for a moment. */
        for (int i = 0; (connected = connect(made, (struct sockaddr *)&address, sizeof(address))) &&
                        errno == EADDRNOTAVAIL && i < PORT_TRIES;
             i++)
                monotonic_sleep(PORT_PAUSE);
        REQUIRE(connected == 0);
        (void)setsockopt(made, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        return made;
}

/* Nothing is left of earlier inputs. */
static void check_quiet(void)
{
        struct engine_counts counts = {0};

        for (int i = 0; i < QUIET_TRIES; i++) {
                engine_counts(engine, &counts);
                if (!counts.exchanges)
                        return;
                (void)poll(NULL, 0, PATIENCE);
        }
        REQUIRE(counts.exchanges == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static unsigned n_inputs;
        char answer[4096];
        ssize_t got;
        int made;

        if (!port)
                engine_begin();
        made = engine_connect();
        (void)send(made, data, size, MSG_NOSIGNAL);
        got = poll(&(struct pollfd){.fd = made, .events = POLLIN}, 1, PATIENCE) > 0
                      ? recv(made, answer, sizeof(answer), 0)
                      : 0;
        if (got >= 5)
                REQUIRE(memcmp(answer, "HTTP/", 5) == 0);
        (void)close(made);
        if (++n_inputs % INPUTS_BETWEEN_LOOKS == 1)
                check_quiet();
        return 0;
}
