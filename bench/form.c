/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanges asked for by a form, as OAuth libraries send it, compared with grantd's own JSON:
 * rounds of either go to the same server alternately.
 *
 *      form PATH-OF-GRANTD
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "load.h"
#include "prepare.h"
#include "process.h"

enum {
        CONNECTIONS = 32,
        ROUNDS = 7,
        REQUESTS = 6000, /* a round */
        ARENA_BUDGET = 1 << 29,
};

struct rounds {
        double rates[ROUNDS];  /* a second */
        double cpu_us[ROUNDS]; /* an exchange */
};

static void play(pid_t server, uint16_t port, const struct slice *requests, struct rounds *rounds,
                 size_t round)
{
        double before = process_usage(server).cpu_ms;
        struct load_result result = load_run(&(struct load){
                .port = port,
                .connections = CONNECTIONS,
                .requests = requests + round * REQUESTS,
                .n_requests = REQUESTS,
        });

        rounds->cpu_us[round] = (process_usage(server).cpu_ms - before) * 1000 / REQUESTS;
        rounds->rates[round] = (double)result.n_ok / result.seconds;
}

static int compare(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;

        return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
        qsort(values, ROUNDS, sizeof(*values), compare);
        return values[ROUNDS / 2];
}

static int measure(char *grantd)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(ARENA_BUDGET);
        uint16_t port = process_free_port();
        const struct prepared_kind kinds[] = {{PREPARED_JSON, port}, {PREPARED_FORM, port}};
        size_t n = (size_t)ROUNDS * REQUESTS;
        struct slice *requests = prepare_kinds(&arena, 2 * n, kinds, ARRAY_SIZE(kinds));
        pid_t server = prepared_server_start(grantd, port, NULL);
        struct rounds json, form;
        double json_rate, form_rate, json_cpu, form_cpu;

        (void)process_wait(port);
        for (size_t i = 0; i < ROUNDS; i++) {
                play(server, port, requests, &json, i);
                play(server, port, requests + n, &form, i);
        }
        json_rate = median(json.rates);
        form_rate = median(form.rates);
        json_cpu = median(json.cpu_us);
        form_cpu = median(form.cpu_us);
        (void)printf("form            %.0f exchanges a second, %.2f of %.0f by JSON; CPU %.1f us "
                     "each, %.2f of %.1f\n",
                     form_rate, form_rate / json_rate, json_rate, form_cpu, form_cpu / json_cpu,
                     json_cpu);
        return process_end(server, SIGTERM);
}

int main(int argc, char **argv)
{
        return prepared_main(argc, argv, measure);
}
