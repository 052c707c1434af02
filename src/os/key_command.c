/* SPDX-License-Identifier: Apache-2.0
 *
 * The helper and its command. Requests and reports are packets on a socket pair; a closed socket
 * means that the other side has ended.
 */
#include "os/key_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"

enum {
        PAUSE = 10,           /* ms between two checks whether the command has ended */
        ANSWER_MARGIN = 2000, /* ms that the helper may take in addition to the command */
        HELPER_SOCKET = 3,    /* the helper's only descriptor besides the standard ones */
};

enum outcome { OUTCOME_DONE, OUTCOME_NOT_STARTED, OUTCOME_STATUS, OUTCOME_SLOW, OUTCOME_LONG };

/* What the helper reports. */
struct report {
        enum outcome outcome;
        int detail; /* errno, or the status of waitpid() */
        size_t size;
        uint8_t output[LIMIT_KEY_FILE];
};

struct key_command {
        int socket;
        pid_t helper;
        struct report report; /* output of the last run; wiped */
};

/* --- in the helper: one run --- */

/* Starts the command in a process group of its own, so that its children end with it, and with no
 * signal blocked. */
static int command_spawn(char *const *words, int output, pid_t *ret_child)
{
        posix_spawnattr_t attributes;
        posix_spawn_file_actions_t actions;
        sigset_t none, all;
        int error;

        if (access(words[0], X_OK) != 0)
                return errno;
        (void)sigemptyset(&none);
        (void)sigfillset(&all);
        (void)posix_spawnattr_init(&attributes);
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &all);
        (void)posix_spawnattr_setpgroup(&attributes, 0);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                            POSIX_SPAWN_SETPGROUP);
        (void)posix_spawn_file_actions_init(&actions);
        (void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        (void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        error = posix_spawn(ret_child, words[0], &actions, &attributes, words, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
        (void)posix_spawnattr_destroy(&attributes);
        return error;
}

/* Reads until the command closes its output. */
static enum outcome output_read(int output, int64_t deadline, struct report *report)
{
        for (;;) {
                struct pollfd wait = {.fd = output, .events = POLLIN};
                size_t used = report->size;
                ssize_t got;

                if (poll(&wait, 1, monotonic_left(deadline)) == 0)
                        return OUTCOME_SLOW;
                if (used >= sizeof(report->output))
                        return OUTCOME_LONG; /* together with the byte that would exceed it */
                got = read(output, report->output + used, sizeof(report->output) - used);
                if (got < 0 && errno != EINTR)
                        return OUTCOME_SLOW;
                if (got == 0)
                        return OUTCOME_DONE;
                report->size += got > 0 ? (size_t)got : 0;
        }
}

/* Ends the command, which no longer runs when the call returns. */
static enum outcome command_end(pid_t child, int64_t deadline, enum outcome outcome,
                                int *ret_status)
{
        bool is_over = false;

        while (outcome == OUTCOME_DONE && !is_over && monotonic_left(deadline) > 0) {
                is_over = waitpid(child, ret_status, WNOHANG) == child;
                if (!is_over)
                        (void)poll(NULL, 0, PAUSE);
        }
        if (is_over)
                return OUTCOME_DONE;
        (void)kill(-child, SIGKILL);
        (void)waitpid(child, ret_status, 0);
        return outcome == OUTCOME_DONE ? OUTCOME_SLOW : outcome;
}

static void command_run(char *const *words, struct report *report)
{
        int64_t deadline = monotonic_in(LIMIT_KEY_COMMAND_MS);
        int output CLEANUP(descriptor_closep) = -1, ends[2], status = 0;
        pid_t child = 0;

        report->size = 0;
        report->outcome = OUTCOME_NOT_STARTED;
        if (pipe2(ends, O_CLOEXEC) != 0) {
                report->detail = errno;
                return;
        }
        output = ends[0];
        report->detail = command_spawn(words, ends[1], &child);
        (void)close(ends[1]);
        if (report->detail != 0)
                return;
        report->outcome = output_read(output, deadline, report);
        report->outcome = command_end(child, deadline, report->outcome, &status);
        report->detail = status;
        if (report->outcome == OUTCOME_DONE && status != 0)
                report->outcome = OUTCOME_STATUS;
}

__attribute__((noreturn)) static void helper_main(int socket, char *const *words)
{
        static struct report report;
        uint8_t question;

        (void)prctl(PR_SET_NAME, "grantd-keys");
        if (dup2(socket, HELPER_SOCKET) < 0)
                _exit(1);
        (void)fcntl(HELPER_SOCKET, F_SETFD, FD_CLOEXEC);
        (void)close_range(HELPER_SOCKET + 1, ~0U, 0);
        while (recv(HELPER_SOCKET, &question, 1, 0) == 1) {
                command_run(words, &report);
                (void)send(HELPER_SOCKET, &report, sizeof(report), MSG_NOSIGNAL);
                wipe(&report, sizeof(report));
        }
        _exit(0);
}

/* --- in the server --- */

struct key_command *key_command_start(char *const *words)
{
        struct key_command *command;
        int ends[2];
        pid_t helper;

        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
                return NULL;
        helper = fork();
        if (helper == 0)
                helper_main(ends[1], words);
        (void)close(ends[1]);
        command = helper > 0 ? calloc(1, sizeof(*command)) : NULL;
        if (command)
                *command = (struct key_command){.socket = ends[0], .helper = helper};
        else
                (void)close(ends[0]); /* which ends the helper, if there is one */
        return command;
}

static bool report_get(struct key_command *command)
{
        struct pollfd wait = {.fd = command->socket, .events = POLLIN};

        /* Discards the report of an abandoned run, which may be out of date. */
        while (recv(command->socket, &command->report, sizeof(command->report), MSG_DONTWAIT) > 0)
                ;
        return send(command->socket, "k", 1, MSG_NOSIGNAL) == 1 &&
               poll(&wait, 1, LIMIT_KEY_COMMAND_MS + ANSWER_MARGIN) == 1 &&
               recv(command->socket, &command->report, sizeof(command->report), MSG_DONTWAIT) ==
                       (ssize_t)sizeof(command->report) &&
               command->report.size <= sizeof(command->report.output);
}

static void status_put(struct buf *why, int status)
{
        buf_put_string(why, WIFSIGNALED(status) ? "was ended by signal " : "ended with status ");
        buf_put_int64(why, WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static enum err report_judge(const struct report *report, struct buf *why)
{
        char text[128];

        buf_put_string(why, "keys.master_command: the command ");
        switch (report->outcome) {
        case OUTCOME_DONE:
                buf_reset(why);
                return ERR_OK;
        case OUTCOME_NOT_STARTED:
                buf_put_string(why, "cannot be started: ");
                buf_put_string(why, strerror_r(report->detail, text, sizeof(text)));
                return ERR_INTERNAL;
        case OUTCOME_STATUS:
                status_put(why, report->detail);
                return ERR_INTERNAL;
        case OUTCOME_SLOW:
                buf_put_string(why, "has not ended after ten seconds, and was killed");
                return ERR_INTERNAL;
        case OUTCOME_LONG:
                buf_put_string(why, "prints more than a key file may contain");
                return ERR_FIELD_TOO_LONG;
        }
        return ERR_INTERNAL;
}

enum err key_command_run(struct key_command *command, struct arena *arena,
                         struct secret *ret_output, struct buf *why)
{
        struct report *report = &command->report;
        enum err error = ERR_INTERNAL;

        if (report_get(command))
                error = report_judge(report, why);
        else
                buf_put_string(why, "keys.master_command: the process that runs the command does "
                                    "not respond; restart");
        if (error == ERR_OK)
                *ret_output = secret_copy(arena, slice_new(report->output, report->size));
        wipe(report, sizeof(*report));
        return error;
}

void key_command_stop(struct key_command *command)
{
        if (!command)
                return;
        (void)close(command->socket);
        while (waitpid(command->helper, NULL, 0) < 0 && errno == EINTR)
                ;
        free(command);
}
