/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the time of a refusal reveals that a client exists: the same wrong requests, for an
 * existing and an unknown client, alternately on one connection.
 *
 *      unknown PATH-OF-GRANTD
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

enum { ROUNDS = 41, REQUESTS = 100 };

static int compare(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

static double median(double times[ROUNDS])
{
        qsort(times, ROUNDS, sizeof(times[0]), compare);
        return times[ROUNDS / 2];
}

static struct slice *hostile_requests(struct arena *arena, const struct slice *good,
                                      hostile_fn *make)
{
        struct slice *made = arena_array(arena, REQUESTS, struct slice);

        for (size_t i = 0; i < REQUESTS; i++)
                made[i] = make(arena, good[i]);
        return made;
}

static double round_play(uint16_t port, const struct slice *requests)
{
        return load_run(&(struct load){.port = port,
                                       .connections = 1,
                                       .requests = requests,
                                       .n_requests = REQUESTS,
                                       .is_silent = true})
                .p50_ms;
}

static int measure(char *grantd)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 28);
        uint16_t port = process_free_port();
        struct slice *good = prepare_requests(&arena, REQUESTS, port);
        struct slice *known = hostile_requests(&arena, good, hostile_signature);
        struct slice *unknown = hostile_requests(&arena, good, hostile_client);
        /* Otherwise responses to this address would soon be delayed. */
        pid_t server = prepared_server_start(grantd, port, "--limits.failures_per_address=1000000");
        double known_ms[ROUNDS], unknown_ms[ROUNDS], ratio;

        (void)process_wait(port);
        for (size_t i = 0; i < ROUNDS; i++) {
                known_ms[i] = round_play(port, known);
                unknown_ms[i] = round_play(port, unknown);
        }
        ratio = median(unknown_ms) / median(known_ms);
        (void)printf("refusals        %.1f us for a known client, %.1f us for an unknown one: "
                     "%.2f times (medians of %d)\n",
                     median(known_ms) * 1000, median(unknown_ms) * 1000, ratio, ROUNDS * REQUESTS);
        return process_end(server, SIGTERM);
}

int main(int argc, char **argv)
{
        return prepared_main(argc, argv, measure);
}
