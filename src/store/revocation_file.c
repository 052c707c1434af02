/* SPDX-License-Identifier: Apache-2.0
 *
 * It is opened for each write, which are rare, so that whoever moves the file away or puts another
 * in its place finds the next line there.
 */
#include "store/revocation_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/event.h"
#include "base/files.h"
#include "base/macros.h"

enum { MODE = 0600, TAIL = 4096 /* bytes that are read of the end, twice as many if in vain */ };

static enum err file_fault(const char *path)
{
        enum err error = errno == ENOMEM ? ERR_OUT_OF_MEMORY : ERR_STORE_UNAVAILABLE;

        EVENT_FAULT("store", EVENT_TEXT("what", path), EVENT_TEXT("why", strerror(errno)));
        return error;
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
static int file_open(const char *path, bool *ret_is_new)
{
        int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
        int descriptor = open(path, flags);

        *ret_is_new = descriptor < 0 && errno == ENOENT;
        return *ret_is_new ? open(path, flags | O_CREAT | O_EXCL, MODE) : descriptor;
}

static bool end_repair(int descriptor, const struct end *end)
{
        if (end->lacks_newline)
                return file_write_whole(descriptor, SLICE("\n"));
        return ftruncate(descriptor, end->size) == 0;
}

/* Return: false, errno set. */
static bool end_mend(int descriptor, int64_t *ret_last)
{
        struct end end = {0};

        if (!end_find(descriptor, &end) || !end_repair(descriptor, &end))
                return false;
        *ret_last = end.last;
        return true;
}

/* Opens it, and repairs its end. Return: -1, errno set. */
static int file_begin(const char *path, int64_t known, int64_t *ret_last)
{
        bool is_new;
        int descriptor = file_open(path, &is_new), reason;

        if (is_new && known)
                EVENT(EVENT_WARNING, "store", EVENT_TEXT("what", path),
                      EVENT_TEXT("why", "it was gone, and begins again"),
                      EVENT_INTEGER("behind", known));
        if (descriptor < 0 ||
            ((!is_new || file_sync_folder(path)) && end_mend(descriptor, ret_last)))
                return descriptor;
        reason = errno;
        (void)close(descriptor);
        errno = reason;
        return -1;
}

static bool lines_write(int descriptor, struct slice lines)
{
        return file_write_whole(descriptor, lines) && fdatasync(descriptor) == 0;
}

enum err revocation_file_append(const char *path, struct revocation_log *log, int64_t known,
                                int64_t *ret_last)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(log->n * REVOCATION_LINE);
        int64_t last = 0;
        int descriptor CLEANUP(descriptor_closep) = file_begin(path, known, &last);

        if (descriptor < 0)
                return file_fault(path);
        revocation_log_put(log, known, last, &text);
        if (text.failed || !lines_write(descriptor, buf_slice(&text)))
                return file_fault(path);
        *ret_last = log->lines[log->n - 1].number;
        log->n = 0;
        return ERR_OK;
}

enum err revocation_file_keep(const char *path, struct slice lines)
{
        int64_t last;
        int descriptor CLEANUP(descriptor_closep) = -1;

        if (slice_is_empty(lines) && !file_exists(path))
                return ERR_OK;
        descriptor = file_begin(path, 0, &last);
        if (descriptor < 0 || !lines_write(descriptor, lines))
                return file_fault(path);
        return ERR_OK;
}

enum err revocation_file_last(const char *path, int64_t *ret)
{
        int descriptor CLEANUP(descriptor_closep) = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        struct end end = {0};

        if (descriptor < 0 && errno != ENOENT)
                return file_fault(path);
        if (descriptor >= 0 && !end_find(descriptor, &end))
                return file_fault(path);
        *ret = end.last;
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

enum err revocation_file_read(const char *path, struct revocation_history *history)
{
        FILE *file CLEANUP(file_closep) = fopen(path, "re");
        char *text CLEANUP(text_freep) = NULL;
        size_t room = 0;
        ssize_t size;

        history->is_missing = !file && errno == ENOENT;
        if (!file && !history->is_missing)
                return file_fault(path);
        while (file && (size = getline(&text, &room, file)) > 0)
                revocation_history_add(history,
                                       slice_new(text, (size_t)size - (text[size - 1] == '\n')));
        if (file && ferror(file))
                return file_fault(path);
        return ERR_OK;
}
