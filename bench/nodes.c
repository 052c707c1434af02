/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanges over HTTP, for bench/nodes.py:
 *
 *      nodes prepare FILE N               bench.db and bench.key here, and in FILE so many requests
 *      nodes run FILE FIRST N CONNECTIONS PORT [PORT]
 *
 * With two ports every other connection goes to the second. Prints exchanges a second, the 50th and
 * the 99th percentile in milliseconds, and how many were refused or lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "load.h"
#include "prepare.h"

enum { ARENA_BUDGET = 1 << 29, ANY_PORT = 1 };

static int complain(const char *what)
{
        perror(what);
        return 1;
}

static int prepare(const char *path, size_t n)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(ARENA_BUDGET);
        const struct slice *requests = prepare_requests(&arena, n, ANY_PORT);
        FILE *file = fopen(path, "we");

        if (!file)
                return complain(path);
        for (size_t i = 0; i < n; i++) {
                (void)fwrite(&requests[i].size, sizeof(requests[i].size), 1, file);
                (void)fwrite(requests[i].data, requests[i].size, 1, file);
        }
        return fclose(file) == 0 ? 0 : complain(path);
}

/* Return: false at the end of the file. */
static bool request_read(FILE *file, struct arena *arena, struct slice *ret)
{
        size_t size;
        uint8_t *data;

        if (fread(&size, sizeof(size), 1, file) != 1)
                return false;
        data = arena_alloc(arena, size);
        *ret = slice_new(data, size);
        return data && fread(data, size, 1, file) == 1;
}

/* Return: how many there were. */
static size_t requests_read(const char *path, size_t first, size_t n, struct arena *arena,
                            struct slice *ret)
{
        FILE *file = fopen(path, "re");
        size_t n_read = 0;

        while (file && n_read < first + n &&
               request_read(file, arena, &ret[n_read < first ? 0 : n_read - first]))
                n_read++;
        if (file)
                (void)fclose(file);
        return n_read < first ? 0 : n_read - first;
}

static int run(char **argv, int n_ports)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(ARENA_BUDGET);
        size_t n = strtoul(argv[2], NULL, 10);
        struct slice *requests = arena_array(&arena, n, struct slice);
        struct load_result result;

        if (!requests ||
            requests_read(argv[0], strtoul(argv[1], NULL, 10), n, &arena, requests) != n)
                return complain(argv[0]);
        result = load_run(&(struct load){
                .port = (uint16_t)strtoul(argv[4], NULL, 10),
                .second_port = n_ports > 1 ? (uint16_t)strtoul(argv[5], NULL, 10) : 0,
                .connections = (unsigned)strtoul(argv[3], NULL, 10),
                .requests = requests,
                .n_requests = n,
        });
        (void)printf("%.0f %.2f %.2f %zu\n", (double)result.n_ok / result.seconds, result.p50_ms,
                     result.p99_ms, result.n_other + result.n_lost);
        return 0;
}

int main(int argc, char **argv)
{
        if (argc == 4 && strcmp(argv[1], "prepare") == 0)
                return prepare(argv[2], strtoul(argv[3], NULL, 10));
        if ((argc == 7 || argc == 8) && strcmp(argv[1], "run") == 0)
                return run(argv + 2, argc - 6);
        (void)fprintf(stderr, "usage: nodes prepare FILE N | "
                              "nodes run FILE FIRST N CONNECTIONS PORT [PORT]\n");
        return 2;
}
