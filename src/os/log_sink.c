/* SPDX-License-Identifier: Apache-2.0
 *
 * One write(2) for each line, so that lines of several threads and processes do not mix.
 */
#include "os/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "os/log_line.h"
#include "os/wall_clock.h"

enum { LIMIT_LINE = 16 * 1024 };

/* The process has one log. */
static struct {
        pthread_mutex_t lock;
        enum event_level level;
        enum log_format format;
        char *path;
        int descriptor;
} process_log = {.lock = PTHREAD_MUTEX_INITIALIZER, .descriptor = STDERR_FILENO};

static void log_write(struct slice line)
{
        ssize_t put;

        (void)pthread_mutex_lock(&process_log.lock);
        put = write(process_log.descriptor, line.data, line.size);
        (void)put; /* a full disk must not stop the server */
        (void)pthread_mutex_unlock(&process_log.lock);
}

static void log_event(const struct event *event)
{
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(LIMIT_LINE);
        struct clock_port clock = os_clock();
        struct instant now = clock.now(clock.context);

        if (event->level < process_log.level)
                return;
        if (process_log.format == LOG_JSON)
                log_line_json(&line, event, now);
        else
                log_line_text(&line, event, now);
        if (!line.failed)
                log_write(buf_slice(&line));
}

static int path_open(const char *path)
{
        return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
}

enum err log_open(const struct log_options *options)
{
        int descriptor = STDERR_FILENO;
        char *path = NULL;

        if (options->path && *options->path) {
                descriptor = path_open(options->path);
                if (descriptor < 0)
                        return ERR_INTERNAL;
                path = strdup(options->path);
        }
        log_close();
        process_log.level = options->level;
        process_log.format = options->format;
        process_log.path = path;
        process_log.descriptor = descriptor;
        event_sink_set(log_event);
        return ERR_OK;
}

void log_reopen(void)
{
        int descriptor, old;

        if (!process_log.path)
                return;
        descriptor = path_open(process_log.path);
        if (descriptor < 0) {
                EVENT(EVENT_ERROR, "log file cannot be reopened",
                      EVENT_TEXT("path", process_log.path), EVENT_INTEGER("errno", errno));
                return;
        }
        (void)pthread_mutex_lock(&process_log.lock);
        old = process_log.descriptor;
        process_log.descriptor = descriptor;
        (void)pthread_mutex_unlock(&process_log.lock);
        (void)close(old);
}

void log_close(void)
{
        event_sink_set(NULL);
        if (process_log.path)
                (void)close(process_log.descriptor);
        free(process_log.path);
        process_log.path = NULL;
        process_log.descriptor = STDERR_FILENO;
}

bool log_level_decode(const char *text, enum event_level *ret)
{
        for (enum event_level level = EVENT_DEBUG; level <= EVENT_ERROR; level++)
                if (strcmp(text, event_level_text(level)) == 0) {
                        *ret = level;
                        return true;
                }
        return false;
}

bool log_format_decode(const char *text, enum log_format *ret)
{
        if (strcmp(text, "json") == 0)
                *ret = LOG_JSON;
        else if (strcmp(text, "text") == 0)
                *ret = LOG_TEXT;
        else
                return false;
        return true;
}
