/* SPDX-License-Identifier: Apache-2.0
 *
 * Servers as child processes: starting, watching and ending them.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* A port that nobody listens on now. */
uint16_t process_free_port(void);

/* Starts argv[0] with its output in the file `log`. Ends this process if it cannot. */
pid_t process_start(char *const *argv);

/* Waits until it responds to GET /healthz, 10 s at most. Return: the milliseconds it took. */
double process_wait(uint16_t port);

/* Resident memory, KiB. */
long process_memory(pid_t process);

/* What all its threads have used so far. */
struct process_usage {
        double cpu_ms;
        long switches; /* of context, voluntary and not */
};

struct process_usage process_usage(pid_t process);

/* Ends it. Return: its exit status; 128 + signal. */
int process_end(pid_t process, int signal);
