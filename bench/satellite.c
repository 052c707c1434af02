/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to a satellite on one kept connection: bench_satellite ADDRESS CALLS, with an API key on
 * standard input. Prints the seconds they took.
 */
#include <accessgrant.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "base/number.h"
#include "remote/satellite/satellite.h"

enum { CALLS_AN_ARENA = 100, KEY_MAXIMUM = 4096 };

static double seconds_now(void)
{
        struct timespec now;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void call(const struct satellite_port *port, struct arena *arena, struct slice address,
                 struct secret key)
{
        struct satellite_project project;
        enum err error = port->project_info(port->context, arena, address, key, &project);

        if (error == ERR_OK)
                return;
        fprintf(stderr, "bench_satellite: %s\n", error_info(error)->sentence);
        exit(1);
}

static ag_api_key *key_read(void)
{
        char text[KEY_MAXIMUM];
        ag_api_key *key = NULL;

        if (!fgets(text, sizeof(text), stdin))
                return NULL;
        text[strcspn(text, "\n")] = '\0';
        return ag_api_key_parse(ag_bytes_new(text, strlen(text)), AG_STRICT, &key) == AG_OK ? key
                                                                                            : NULL;
}

int main(int argc, char **argv)
{
        struct arena kept CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 24);
        ag_api_key *api_key CLEANUP(ag_api_key_freep) = key_read();
        struct allowlist allowlist;
        struct satellite_options options = {
                .allowlist = &allowlist, .times = satellite_times_default(), .calls = 1};
        struct satellite_port port;
        struct satellites *satellites;
        struct secret key;
        int64_t calls = 0;
        double began;

        if (argc != 3 || !api_key || !int64_parse(slice_from_string(argv[2]), &calls) ||
            !allowlist_parse(&kept, SLICE("127.0.0.0/8"), &allowlist))
                return 2;
        key.hidden = slice_new(ag_api_key_raw(api_key).data, ag_api_key_raw(api_key).size);
        satellites = satellites_new(&options);
        if (!satellites)
                return 1;
        port = satellites_port(satellites);
        call(&port, &arena, slice_from_string(argv[1]), key); /* connects */
        began = seconds_now();
        for (int64_t i = 0; i < calls; i++) {
                call(&port, &arena, slice_from_string(argv[1]), key);
                if (i % CALLS_AN_ARENA == 0)
                        arena_reset(&arena);
        }
        printf("%f\n", seconds_now() - began);
        satellites_free(satellites);
        return 0;
}
