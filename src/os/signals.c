/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals by sigtimedwait(2).
 */
#include "os/signals.h"

#include <signal.h>
#include <time.h>

static sigset_t held_signals(void)
{
        sigset_t set;

        (void)sigemptyset(&set);
        (void)sigaddset(&set, SIGTERM);
        (void)sigaddset(&set, SIGINT);
        (void)sigaddset(&set, SIGHUP);
        return set;
}

void signals_hold(void)
{
        sigset_t set = held_signals();

        (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
        (void)signal(SIGPIPE, SIG_IGN);
}

enum signal_event signals_wait(int64_t milliseconds)
{
        sigset_t set = held_signals();
        struct timespec wait = {.tv_sec = milliseconds / 1000,
                                .tv_nsec = milliseconds % 1000 * 1000000};

        switch (sigtimedwait(&set, NULL, &wait)) {
        case SIGTERM:
        case SIGINT:
                return SIGNAL_STOP;
        case SIGHUP:
                return SIGNAL_REOPEN;
        default: /* EAGAIN, EINTR */
                return SIGNAL_NONE;
        }
}
