/* SPDX-License-Identifier: Apache-2.0
 *
 * Children and /proc.
 */
#include "process.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_PATIENCE = 10000 }; /* ms */

static void die(const char *what)
{
        perror(what);
        exit(1);
}

static double now_ms(void)
{
        struct timespec time;

        (void)clock_gettime(CLOCK_MONOTONIC, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static struct sockaddr_in loopback(uint16_t port)
{
        return (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_port = htons(port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

uint16_t process_free_port(void)
{
        struct sockaddr_in address = loopback(0);
        socklen_t size = sizeof(address);
        int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (bind(made, (struct sockaddr *)&address, size) != 0 ||
            getsockname(made, (struct sockaddr *)&address, &size) != 0)
                die("bind");
        (void)close(made);
        return ntohs(address.sin_port);
}

pid_t process_start(char *const *argv)
{
        pid_t child = fork();
        int log;

        if (child < 0)
                die("fork");
        if (child > 0)
                return child;
        log = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        (void)dup2(log, STDOUT_FILENO);
        (void)dup2(log, STDERR_FILENO);
        (void)execv(argv[0], argv);
        _exit(127);
}

static int is_answering(uint16_t port)
{
        static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        struct sockaddr_in address = loopback(port);
        int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        char answer[512];
        int is_up = connect(made, (struct sockaddr *)&address, sizeof(address)) == 0 &&
                    send(made, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0 &&
                    recv(made, answer, sizeof(answer), 0) > 0;

        (void)close(made);
        return is_up;
}

double process_wait(uint16_t port)
{
        double began = now_ms();

        while (!is_answering(port)) {
                if (now_ms() - began > START_PATIENCE) {
                        (void)fprintf(stderr, "the server does not answer; see its log\n");
                        exit(1);
                }
                (void)usleep(200);
        }
        return now_ms() - began;
}

/* The number behind `name` in a file of /proc; 0 if it is not there. */
static long proc_number(const char *path, const char *name)
{
        FILE *file = fopen(path, "re");
        char line[256];
        long number = 0;

        while (file && fgets(line, sizeof(line), file))
                if (strncmp(line, name, strlen(name)) == 0)
                        number = strtol(line + strlen(name), NULL, 10);
        if (file)
                (void)fclose(file);
        return number;
}

long process_memory(pid_t process)
{
        char path[64];

        (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)process);
        return proc_number(path, "VmRSS:");
}

static long switches_of(pid_t process)
{
        char folder[64], path[400];
        struct dirent *thread;
        long switches = 0;
        DIR *threads;

        (void)snprintf(folder, sizeof(folder), "/proc/%d/task", (int)process);
        threads = opendir(folder);
        while (threads && (thread = readdir(threads))) {
                if (thread->d_name[0] == '.')
                        continue;
                (void)snprintf(path, sizeof(path), "%s/%s/status", folder, thread->d_name);
                switches += proc_number(path, "voluntary_ctxt_switches:");
                switches += proc_number(path, "nonvoluntary_ctxt_switches:");
        }
        if (threads)
                (void)closedir(threads);
        return switches;
}

/* Fields 14 and 15 of stat, behind the name in its brackets: user and system time in ticks. */
static double cpu_ms_of(pid_t process)
{
        char path[64], line[1024] = "";
        char *at;
        FILE *file;
        long ticks = 0;

        (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
        file = fopen(path, "re");
        if (file && fgets(line, sizeof(line), file) && (at = strrchr(line, ')'))) {
                for (int field = 3; field <= 13 && at; field++)
                        at = strchr(at + 1, ' ');
                if (at) {
                        ticks = strtol(at + 1, &at, 10);
                        ticks += strtol(at, NULL, 10);
                }
        }
        if (file)
                (void)fclose(file);
        return (double)ticks * 1000 / (double)sysconf(_SC_CLK_TCK);
}

struct process_usage process_usage(pid_t process)
{
        return (struct process_usage){.cpu_ms = cpu_ms_of(process),
                                      .switches = switches_of(process)};
}

int process_end(pid_t process, int signal)
{
        int status = 0;

        (void)kill(process, signal);
        (void)waitpid(process, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
