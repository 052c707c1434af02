/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of the log. It is opened for each write, which are rare, so that whoever moves it away
 * or puts another in its place finds the next line there.
 */
#include "store/revocation_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/event.h"
#include "base/files.h"
#include "base/macros.h"
#include "base/number.h"

enum { MODE = 0600, TAIL = 4096 /* bytes that are read of the end, twice as many if in vain */ };

struct revocation_log {
        char path[4096 + 32];
        struct revocation_line *lines; /* that were collected */
        size_t n, room;
};

enum err revocation_log_new(const char *database, struct revocation_log **ret)
{
        struct revocation_log *log = calloc(1, sizeof(*log));
        const char *slash = strrchr(database, '/');
        int size = slash ? (int)(slash - database) + 1 : 0;

        if (!log)
                return ERR_STORE_UNAVAILABLE;
        (void)snprintf(log->path, sizeof(log->path), "%.*srevocations.log", size, database);
        *ret = log;
        return ERR_OK;
}

void revocation_log_free(struct revocation_log *log)
{
        if (log)
                free(log->lines);
        free(log);
}

static enum err log_fault(const struct revocation_log *log)
{
        EVENT_FAULT("store", EVENT_TEXT("what", log->path), EVENT_TEXT("why", strerror(errno)));
        return ERR_STORE_UNAVAILABLE;
}

/* --- collecting --- */

enum err revocation_log_add(struct revocation_log *log, const struct revocation_line *line)
{
        if (log->n == log->room) {
                size_t room = log->room ? log->room * 2 : 16, size;
                struct revocation_line *more = size_multiply(room, sizeof(*more), &size)
                                                       ? realloc(log->lines, size)
                                                       : NULL;

                if (!more)
                        return ERR_STORE_UNAVAILABLE;
                log->lines = more;
                log->room = room;
        }
        log->lines[log->n++] = *line;
        return ERR_OK;
}

size_t revocation_log_n(const struct revocation_log *log)
{
        return log->n;
}

void revocation_log_cut(struct revocation_log *log, size_t n)
{
        log->n = n < log->n ? n : log->n;
}

/* --- the end of the file --- */

static bool read_at(int descriptor, uint8_t *bytes, size_t size, off_t at)
{
        while (size) {
                ssize_t got = pread(descriptor, bytes, size, at);

                if (got < 0 && errno == EINTR)
                        continue;
                if (got <= 0)
                        return false;
                bytes += got;
                size -= (size_t)got;
                at += got;
        }
        return true;
}

/* The bytes behind the last newline. */
static struct slice last_part(struct slice text)
{
        size_t from = text.size;

        while (from && text.data[from - 1] != '\n')
                from--;
        return slice_from(text, from);
}

/* The highest number of the lines of a text. */
static int64_t text_last(struct slice text)
{
        struct revocation_line line;
        int64_t last = 0;

        while (text.size) {
                struct slice whole;

                (void)slice_cut(&text, '\n', &whole);
                if (revocation_line_read(whole, &line) && line.number > last)
                        last = line.number;
        }
        return last;
}

/* What an append needs to know of the file as it is. */
struct end {
        off_t size;   /* up to here it is kept */
        int64_t last; /* number */
        bool lacks_newline;
};

/* Looks at its last `size` bytes. A last part without a newline is kept if it is a line. */
static bool end_look(int descriptor, off_t file_size, size_t size, struct end *ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(size);
        uint8_t *bytes = buf_extend(&text, size);
        struct revocation_line line;
        struct slice part;

        *ret = (struct end){0};
        if (size == 0)
                return true;
        if (!bytes || !read_at(descriptor, bytes, size, file_size - (off_t)size))
                return false;
        part = last_part(buf_slice(&text));
        *ret = (struct end){
                .size = file_size,
                .last = text_last(buf_slice(&text)),
                .lacks_newline = part.size && revocation_line_read(part, &line),
        };
        if (!ret->lacks_newline)
                ret->size -= (off_t)part.size;
        return true;
}

/* More and more of the end, until there is a line with a number in it. */
static bool end_find(int descriptor, struct end *ret)
{
        struct stat status;
        size_t size = TAIL, whole;

        if (fstat(descriptor, &status) != 0)
                return false;
        whole = (size_t)status.st_size;
        for (;; size *= 2) {
                if (!end_look(descriptor, status.st_size, size < whole ? size : whole, ret))
                        return false;
                if (ret->last || size >= whole)
                        return true;
        }
}

/* --- appending --- */

/* Return: -1 if it cannot be opened. */
static int file_open(const struct revocation_log *log, bool *ret_is_new)
{
        int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
        int descriptor = open(log->path, flags);

        *ret_is_new = descriptor < 0 && errno == ENOENT;
        return *ret_is_new ? open(log->path, flags | O_CREAT | O_EXCL, MODE) : descriptor;
}

static bool end_repair(int descriptor, const struct end *end)
{
        if (end->lacks_newline)
                return file_write_whole(descriptor, SLICE("\n"));
        return ftruncate(descriptor, end->size) == 0;
}

/* Numbered from behind what is there and what the database knows; each names the one before it, as
 * they are committed together. */
static void lines_put(struct revocation_log *log, int64_t known, int64_t last, struct buf *out)
{
        int64_t before = known;

        for (size_t i = 0; i < log->n; i++) {
                log->lines[i].number = ++last;
                log->lines[i].before = before;
                revocation_line_put(out, &log->lines[i]);
                before = last;
        }
}

enum err revocation_log_write(struct revocation_log *log, int64_t known, int64_t *ret_last)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(log->n * REVOCATION_LINE);
        struct end end = {0};
        bool is_new;
        int descriptor CLEANUP(descriptor_closep) = file_open(log, &is_new);

        if (is_new && known)
                EVENT(EVENT_WARNING, "store", EVENT_TEXT("what", log->path),
                      EVENT_TEXT("why", "it was gone, and begins again"),
                      EVENT_INTEGER("behind", known));
        if (descriptor < 0 || (is_new && !file_sync_folder(log->path)) ||
            !end_find(descriptor, &end) || !end_repair(descriptor, &end))
                return log_fault(log);
        lines_put(log, known, known > end.last ? known : end.last, &text);
        if (text.failed || !file_write_whole(descriptor, buf_slice(&text)) ||
            fdatasync(descriptor) != 0)
                return log_fault(log);
        *ret_last = log->lines[log->n - 1].number;
        log->n = 0;
        return ERR_OK;
}

/* --- reading --- */

static void file_closep(FILE **file)
{
        if (*file)
                (void)fclose(*file);
}

static void text_freep(char **text)
{
        free(*text);
}

enum err revocation_log_read(const struct revocation_log *log, struct revocation_history *history)
{
        FILE *file CLEANUP(file_closep) = fopen(log->path, "re");
        char *text CLEANUP(text_freep) = NULL;
        size_t room = 0;
        ssize_t size;

        history->is_missing = !file && errno == ENOENT;
        if (!file && !history->is_missing)
                return log_fault(log);
        while (file && (size = getline(&text, &room, file)) > 0)
                revocation_history_add(history,
                                       slice_new(text, (size_t)size - (text[size - 1] == '\n')));
        if (file && ferror(file))
                return log_fault(log);
        return ERR_OK;
}
