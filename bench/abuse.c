/* SPDX-License-Identifier: Apache-2.0
 *
 * What an honest application notices while others abuse the server: its exchanges on 4 connections,
 * first in quiet, then each beside a flood on 64 connections from another process.
 *
 *      abuse PATH-OF-GRANTD
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/macros.h"
#include "load.h"
#include "prepare.h"
#include "process.h"

enum { HONEST = 1500, HONEST_CONNECTIONS = 4, FLOOD = 15000, FLOOD_CONNECTIONS = 64 };

#define BODY_END "\r\n\r\n"

/* Makes a hostile request of a good one, in the arena. */
typedef struct slice abuse_fn(struct arena *arena, struct slice request);

static const uint8_t *find(struct slice text, const char *mark)
{
        const uint8_t *at = memmem(text.data, text.size, mark, strlen(mark));

        if (!at)
                abort();
        return at + strlen(mark);
}

/* A copy in which one character, base64url before, is another one. */
static struct slice changed_at(struct arena *arena, struct slice request, size_t offset)
{
        uint8_t *copy = (uint8_t *)arena_string(arena, request);

        copy[offset] = copy[offset] == 'A' ? 'B' : 'A';
        return slice_new(copy, request.size);
}

static struct slice with_wrong_signature(struct arena *arena, struct slice request)
{
        struct slice jwt =
                slice_from(request, (size_t)(find(request, "\"client_secret\":\"") - request.data));
        struct slice payload = slice_from(jwt, (size_t)(find(jwt, ".") - jwt.data));

        return changed_at(arena, request, (size_t)(find(payload, ".") - request.data));
}

static struct slice with_wrong_code(struct arena *arena, struct slice request)
{
        return changed_at(arena, request,
                          (size_t)(find(request, "\"code\":\"") - request.data) + 20);
}

/* The same head but for the length, which is the head's last field, and another body. */
static struct slice with_body(struct arena *arena, struct slice request, struct slice body)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8192);
        size_t head = (size_t)(find(request, "Content-Length: ") - request.data);

        buf_put(&text, slice_to(request, head));
        buf_put_int64(&text, (int64_t)body.size);
        buf_put_string(&text, BODY_END);
        buf_put(&text, body);
        return arena_copy(arena, buf_slice(&text));
}

static struct slice with_passphrase(struct arena *arena, struct slice request)
{
        struct buf body CLEANUP(buf_deinit) = BUF_INIT(8192);
        struct slice old = slice_from(request, (size_t)(find(request, BODY_END) - request.data));

        buf_put(&body, slice_to(old, old.size - 1));
        buf_put_string(&body, ",\"passphrase\":\"open sesame\"}");
        return with_body(arena, request, buf_slice(&body));
}

static struct slice as_log_in(struct arena *arena, struct slice request)
{
        struct slice asked = with_body(arena, request,
                                       SLICE("{\"email\":\"bench@example.com\","
                                             "\"password\":\"not the password\"}"));
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(8192);

        buf_put_string(&text, "POST /api/v0/auth/token");
        buf_put(&text, slice_from(asked, (size_t)(find(asked, "/token") - asked.data)));
        return arena_copy(arena, buf_slice(&text));
}

static const struct {
        const char *name;
        abuse_fn *make; /* NULL: quiet */
} floods[] = {
        {"in quiet", NULL},
        {"beside wrong JWTs", with_wrong_signature},
        {"beside right JWTs with wrong codes", with_wrong_code},
        {"beside wrong log-ins", as_log_in},
        {"beside passphrases", with_passphrase},
};

/* In a process of its own, until it is ended. */
static pid_t flood_start(uint16_t port, abuse_fn *make, const struct slice *requests)
{
        pid_t child = make ? fork() : 0;
        struct arena arena = ARENA_INIT(1 << 28);
        struct slice *made;

        if (!make || child > 0)
                return child;
        made = arena_array(&arena, FLOOD, struct slice);
        for (size_t i = 0; i < FLOOD; i++)
                made[i] = make(&arena, requests[i]);
        for (;;)
                (void)load_run(&(struct load){.port = port,
                                              .connections = FLOOD_CONNECTIONS,
                                              .requests = made,
                                              .n_requests = FLOOD,
                                              .is_silent = true});
}

static struct load_result honest_run(uint16_t port, const struct slice *requests)
{
        return load_run(&(struct load){.port = port,
                                       .connections = HONEST_CONNECTIONS,
                                       .requests = requests,
                                       .n_requests = HONEST});
}

static void floods_run(pid_t server, uint16_t port, const struct slice *requests)
{
        double quiet_p99 = 0;

        (void)printf("honest exchanges on %d connections     a second   p50 ms   p99 ms   p99 to "
                     "quiet   refused   server KiB\n",
                     HONEST_CONNECTIONS);
        for (size_t i = 0; i < ARRAY_SIZE(floods); i++) {
                pid_t flood = flood_start(port, floods[i].make, requests + HONEST);
                struct load_result result;

                if (flood > 0)
                        (void)sleep(1);
                result = honest_run(port, requests);
                if (flood > 0)
                        (void)process_end(flood, SIGKILL);
                quiet_p99 = i == 0 ? result.p99_ms : quiet_p99;
                (void)printf("%-36s %10.0f   %6.2f   %6.2f   %12.1f   %7zu   %10ld\n",
                             floods[i].name, (double)result.n_ok / result.seconds, result.p50_ms,
                             result.p99_ms, result.p99_ms / quiet_p99, result.n_other,
                             process_memory(server));
                (void)fflush(stdout);
                requests += HONEST + (floods[i].make ? FLOOD : 0);
        }
}

static size_t requests_needed(void)
{
        size_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(floods); i++)
                n += HONEST + (floods[i].make ? FLOOD : 0);
        return n;
}

static int measure(char *grantd)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 29);
        uint16_t port = process_free_port();
        struct slice *requests = prepare_requests(&arena, requests_needed(), port);
        pid_t server = prepared_server_start(grantd, port);

        (void)process_wait(port);
        floods_run(server, port, requests);
        return process_end(server, SIGTERM);
}

int main(int argc, char **argv)
{
        char *grantd = argc == 2 ? realpath(argv[1], NULL) : NULL;
        char folder[PREPARED_FOLDER_SIZE];
        int status;

        if (!grantd) {
                perror("usage: abuse PATH-OF-GRANTD");
                return 1;
        }
        prepared_folder_enter(folder);
        status = measure(grantd);
        prepared_folder_remove(folder);
        free(grantd);
        return status;
}
