/* SPDX-License-Identifier: Apache-2.0
 *
 * The real server on a database of its own: start-up to the first answer, memory when idle, and
 * durable exchanges of codes a second, without a passphrase, at 1 to 128 connections.
 *
 *      exchange PATH-OF-GRANTD
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "load.h"
#include "prepare.h"

static const struct {
        unsigned connections;
        size_t n_requests;
} rounds[] = {{1, 2000}, {8, 10000}, {32, 20000}, {128, 40000}};

enum { ARENA_BUDGET = 1 << 29 };

static double now_ms(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void die(const char *what)
{
        perror(what);
        exit(1);
}

static uint16_t free_port(void)
{
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t size = sizeof(address);
        int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (bind(made, (struct sockaddr *)&address, size) != 0 ||
            getsockname(made, (struct sockaddr *)&address, &size) != 0)
                die("bind");
        (void)close(made);
        return ntohs(address.sin_port);
}

static pid_t server_start(const char *grantd, uint16_t port)
{
        char listen[64];
        pid_t child;

        (void)snprintf(listen, sizeof(listen), "--http.listen=127.0.0.1:%u", port);
        child = fork();
        if (child < 0)
                die("fork");
        if (child == 0) {
                int log = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

                (void)dup2(log, STDOUT_FILENO);
                (void)dup2(log, STDERR_FILENO);
                (void)execl(grantd, grantd, "serve", listen, "--" PREPARED_STORE, "--" PREPARED_KEY,
                            (char *)NULL);
                _exit(127);
        }
        return child;
}

static bool is_answering(uint16_t port)
{
        static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        char answer[512] = "";
        bool is_up = connect(made, (struct sockaddr *)&address, sizeof(address)) == 0 &&
                     send(made, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0 &&
                     recv(made, answer, sizeof(answer) - 1, 0) > 12 &&
                     strncmp(answer + 9, "200", 3) == 0;

        (void)close(made);
        return is_up;
}

static double first_answer_ms(uint16_t port, double began)
{
        while (!is_answering(port)) {
                if (now_ms() - began > 10000) {
                        (void)fprintf(stderr, "the server does not answer; see its log\n");
                        exit(1);
                }
                (void)usleep(200);
        }
        return now_ms() - began;
}

static long memory_kib(pid_t process)
{
        char path[64], line[256];
        long kib = 0;
        FILE *file;

        (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)process);
        file = fopen(path, "re");
        while (file && fgets(line, sizeof(line), file))
                if (strncmp(line, "VmRSS:", 6) == 0)
                        kib = strtol(line + 6, NULL, 10);
        if (file)
                (void)fclose(file);
        return kib;
}

static void rounds_run(uint16_t port, const struct slice *requests)
{
        for (size_t i = 0; i < ARRAY_SIZE(rounds); i++) {
                struct load_result result = load_run(&(struct load){
                        .port = port,
                        .connections = rounds[i].connections,
                        .requests = requests,
                        .n_requests = rounds[i].n_requests,
                });

                requests += rounds[i].n_requests;
                (void)printf("exchanges       %6.0f a second at %3u connections, p50 %.2f ms, "
                             "p99 %.2f ms (%zu, durable; %zu refused, %zu lost)\n",
                             (double)result.n_ok / result.seconds, rounds[i].connections,
                             result.p50_ms, result.p99_ms, result.n_ok, result.n_other,
                             result.n_lost);
                (void)fflush(stdout);
        }
}

static void folder_enter(char *folder)
{
        if (!mkdtemp(folder) || chdir(folder) != 0)
                die(folder);
}

static void folder_remove(const char *folder)
{
        static const char *const names[] = {"bench.db", "bench.db-wal", "bench.db-shm", "bench.key",
                                            "log"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                (void)unlink(names[i]);
        if (chdir("..") != 0 || rmdir(folder) != 0)
                perror(folder);
}

int main(int argc, char **argv)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(ARENA_BUDGET);
        char folder[] = "bench-data-XXXXXX";
        char *grantd = argc == 2 ? realpath(argv[1], NULL) : NULL;
        uint16_t port = free_port();
        struct slice *requests;
        size_t n = 0;
        double began;
        pid_t server;
        int status = 0;

        if (!grantd)
                die("usage: exchange PATH-OF-GRANTD");
        for (size_t i = 0; i < ARRAY_SIZE(rounds); i++)
                n += rounds[i].n_requests;
        folder_enter(folder);
        requests = prepare_requests(&arena, n, port);
        began = now_ms();
        server = server_start(grantd, port);
        (void)printf("start-up        %.0f ms to the first answer\n", first_answer_ms(port, began));
        (void)sleep(1);
        (void)printf("memory          %ld KiB resident when idle\n", memory_kib(server));
        rounds_run(port, requests);
        (void)printf("memory          %ld KiB resident after them\n", memory_kib(server));
        (void)kill(server, SIGTERM);
        (void)waitpid(server, &status, 0);
        folder_remove(folder);
        free(grantd);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
