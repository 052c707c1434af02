/* SPDX-License-Identifier: Apache-2.0
 *
 * Durable exchanges of codes a second, without a passphrase, compared with the durable floor: both
 * servers run, and each round goes to one and then the other. Also measures start-up and memory.
 *
 *      exchange PATH-OF-GRANTD PATH-OF-FLOOR
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"
#include "load.h"
#include "prepare.h"
#include "process.h"

static const struct {
        unsigned connections;
        size_t n_requests;
} rounds[] = {{1, 2000}, {8, 10000}, {32, 20000}, {128, 40000}};

enum { ARENA_BUDGET = 1 << 29 };

struct side {
        pid_t process;
        uint16_t port;
};

/* One round on one server, and its cost. */
struct played {
        struct load_result load;
        double cpu_us;   /* an exchange */
        double switches; /* an exchange */
};

static struct played play(const struct side *side, size_t round, const struct slice *requests)
{
        struct process_usage before = process_usage(side->process), after;
        double n = (double)rounds[round].n_requests;
        struct played played = {.load = load_run(&(struct load){
                                        .port = side->port,
                                        .connections = rounds[round].connections,
                                        .requests = requests,
                                        .n_requests = rounds[round].n_requests,
                                })};

        after = process_usage(side->process);
        played.cpu_us = (after.cpu_ms - before.cpu_ms) * 1000 / n;
        played.switches = (double)(after.switches - before.switches) / n;
        return played;
}

static void rounds_play(const struct side *grantd, const struct side *least,
                        const struct slice *requests)
{
        (void)printf("\nexchanges, durable, each answered after the disk has it\n"
                     "connections   a second   share of the floor   p50 ms   p99 ms   "
                     "CPU us each   switches each   refused   lost\n");
        for (size_t i = 0; i < ARRAY_SIZE(rounds); i++) {
                struct played floor = play(least, i, requests);
                struct played ours = play(grantd, i, requests);
                double rate = (double)ours.load.n_ok / ours.load.seconds;
                double floor_rate = (double)floor.load.n_ok / floor.load.seconds;

                requests += rounds[i].n_requests;
                (void)printf("%11u %10.0f   %8.2f of %6.0f   %6.2f   %6.2f   %5.0f (%4.0f)   "
                             "%6.2f (%4.2f)   %7zu   %4zu\n",
                             rounds[i].connections, rate, rate / floor_rate, floor_rate,
                             ours.load.p50_ms, ours.load.p99_ms, ours.cpu_us, floor.cpu_us,
                             ours.switches, floor.switches, ours.load.n_other, ours.load.n_lost);
                (void)fflush(stdout);
        }
        (void)printf("(in brackets: the floor's)\n\n");
}

static struct side floor_start(char *program, size_t n_codes)
{
        struct side side = {.port = process_free_port()};
        char port[16], codes[32];
        char *argv[] = {program, port, codes, NULL};

        (void)snprintf(port, sizeof(port), "%u", side.port);
        (void)snprintf(codes, sizeof(codes), "%zu", n_codes);
        side.process = process_start(argv);
        (void)process_wait(side.port);
        return side;
}

static int measure(char *grantd, char *floor_program)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(ARENA_BUDGET);
        uint16_t port = process_free_port();
        struct slice *requests;
        struct side ours, least;
        size_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(rounds); i++)
                n += rounds[i].n_requests;
        requests = prepare_requests(&arena, n, port);
        least = floor_start(floor_program, n);
        ours = (struct side){.process = prepared_server_start(grantd, port, NULL), .port = port};
        (void)printf("start-up        %.0f ms to the first answer, on a database of %zu codes\n",
                     process_wait(port), n);
        (void)sleep(1);
        (void)printf("memory          %ld KiB resident when idle\n", process_memory(ours.process));
        rounds_play(&ours, &least, requests);
        (void)printf("memory          %ld KiB resident after them\n", process_memory(ours.process));
        (void)process_end(least.process, SIGKILL);
        return process_end(ours.process, SIGTERM);
}

int main(int argc, char **argv)
{
        char *grantd = argc == 3 ? realpath(argv[1], NULL) : NULL;
        char *floor_program = argc == 3 ? realpath(argv[2], NULL) : NULL;
        char folder[PREPARED_FOLDER_SIZE];
        int status;

        if (!grantd || !floor_program) {
                perror("usage: exchange PATH-OF-GRANTD PATH-OF-FLOOR");
                return 1;
        }
        prepared_folder_enter(folder);
        status = measure(grantd, floor_program);
        prepared_folder_remove(folder);
        free(grantd);
        free(floor_program);
        return status;
}
