/* SPDX-License-Identifier: Apache-2.0
 *
 * What an honest application experiences while others abuse the server: its exchanges on 4
 * connections, first without load, then during each flood on 64 connections from another process.
 * The first ones are not counted.
 *
 *      abuse PATH-OF-GRANTD
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"
#include "hostile.h"
#include "load.h"
#include "prepare.h"
#include "process.h"

enum {
        HONEST_FIRST = 1000, /* not counted */
        HONEST = 3000,
        HONEST_ALL = HONEST_FIRST + HONEST,
        HONEST_CONNECTIONS = 4,
        FLOOD = 15000,
        FLOOD_CONNECTIONS = 64,
};

static const struct {
        const char *name;
        hostile_fn *make; /* NULL: no load */
} floods[] = {
        {"in quiet", NULL},
        {"beside wrong JWTs", hostile_signature},
        {"beside right JWTs with wrong codes", hostile_code},
        {"beside wrong log-ins", hostile_log_in},
        {"beside passphrases", hostile_passphrase},
};

/* Starts the flood in a process of its own. */
static pid_t flood_start(uint16_t port, hostile_fn *make, const struct slice *requests)
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
        struct load load = {.port = port,
                            .connections = HONEST_CONNECTIONS,
                            .requests = requests,
                            .n_requests = HONEST_FIRST};

        (void)load_run(&load);
        load.requests = requests + HONEST_FIRST;
        load.n_requests = HONEST;
        return load_run(&load);
}

static void floods_run(pid_t server, uint16_t port, const struct slice *requests)
{
        double quiet_p99 = 0;

        (void)printf("honest exchanges on %d connections     a second   p50 ms   p99 ms   p99 to "
                     "quiet   refused   server KiB\n",
                     HONEST_CONNECTIONS);
        for (size_t i = 0; i < ARRAY_SIZE(floods); i++) {
                pid_t flood = flood_start(port, floods[i].make, requests + HONEST_ALL);
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
                requests += HONEST_ALL + (floods[i].make ? FLOOD : 0);
        }
}

static size_t requests_needed(void)
{
        size_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(floods); i++)
                n += HONEST_ALL + (floods[i].make ? FLOOD : 0);
        return n;
}

static int measure(char *grantd)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 29);
        uint16_t port = process_free_port();
        struct slice *requests = prepare_requests(&arena, requests_needed(), port);
        pid_t server = prepared_server_start(grantd, port, NULL);

        (void)process_wait(port);
        floods_run(server, port, requests);
        return process_end(server, SIGTERM);
}

int main(int argc, char **argv)
{
        return prepared_main(argc, argv, measure);
}
