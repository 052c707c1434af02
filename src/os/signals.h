/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals as something one thread waits for; no handler ever runs.
 */
#pragma once

#include <stdint.h>

enum signal_event {
        SIGNAL_NONE,   /* nothing came in that time */
        SIGNAL_STOP,   /* SIGTERM, SIGINT */
        SIGNAL_REOPEN, /* SIGHUP: the log file was moved away */
};

/* Holds the signals back for signals_wait() in this thread and all it starts; call it before any
 * thread. Writing to a closed connection is an error from then on, not the end (SIGPIPE). */
void signals_hold(void);

/* Waits up to `milliseconds`. */
enum signal_event signals_wait(int64_t milliseconds);
