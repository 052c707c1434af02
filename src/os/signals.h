/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals, received by one thread that waits for them; there are no handlers.
 */
#pragma once

#include <stdint.h>

enum signal_event {
        SIGNAL_NONE,   /* no signal in that time */
        SIGNAL_STOP,   /* SIGTERM, SIGINT */
        SIGNAL_REOPEN, /* SIGHUP: the log file was moved away */
};

/* Blocks the signals in this thread and all it starts, for signals_wait(); call it before threads
 * start. It also ignores SIGPIPE, so writing to a closed connection is an error and does not end
 * the process. */
void signals_hold(void);

/* Waits up to `milliseconds`. */
enum signal_event signals_wait(int64_t milliseconds);
