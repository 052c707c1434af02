/* SPDX-License-Identifier: Apache-2.0
 *
 * Appending to and reading revocations.log. Only whoever writes to the database calls it, so it
 * needs no lock.
 */
#include "store/revocation_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/event.h"
#include "base/macros.h"
#include "base/number.h"

enum { LINE = 128, MODE = 0600 };

struct revocation_log {
        char folder[4096];
        char path[4096 + 32];
        int descriptor; /* -1: not open yet */
};

static const char *const kinds[] = {
        [REVOKED_GRANT] = "grant",
        [REVOKED_CLIENT] = "client",
        [REVOKED_PROJECT] = "project",
        [REVOKED_ACCOUNT] = "account",
};

enum err revocation_log_new(const char *database, struct revocation_log **ret)
{
        struct revocation_log *log = calloc(1, sizeof(*log));
        const char *slash = strrchr(database, '/');
        int size = slash ? (int)(slash - database) + 1 : 0;

        if (!log)
                return ERR_STORE_UNAVAILABLE;
        (void)snprintf(log->folder, sizeof(log->folder), "%.*s", size ? size : 1,
                       size ? database : ".");
        (void)snprintf(log->path, sizeof(log->path), "%.*srevocations.log", size, database);
        log->descriptor = -1;
        *ret = log;
        return ERR_OK;
}

void revocation_log_free(struct revocation_log *log)
{
        if (log && log->descriptor >= 0)
                (void)close(log->descriptor);
        free(log);
}

static enum err log_fault(const struct revocation_log *log)
{
        EVENT_FAULT("store", EVENT_TEXT("what", log->path), EVENT_TEXT("why", strerror(errno)));
        return ERR_STORE_UNAVAILABLE;
}

/* --- appending --- */

/* The file's name is on disk only when its folder is. */
static enum err log_open_file(struct revocation_log *log)
{
        int folder;
        bool is_synced;

        if (log->descriptor >= 0)
                return ERR_OK;
        log->descriptor =
                open(log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, MODE);
        if (log->descriptor < 0)
                return log_fault(log);
        folder = open(log->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        is_synced = folder >= 0 && fsync(folder) == 0;
        if (folder >= 0)
                (void)close(folder);
        return is_synced ? ERR_OK : log_fault(log);
}

static void line_put(struct buf *text, const struct revocation_line *line)
{
        buf_put_int64(text, line->seq);
        buf_put_byte(text, ' ');
        buf_put_string(text, kinds[line->kind]);
        buf_put_byte(text, ' ');
        uuid_encode(text, &line->id);
        buf_put_byte(text, ' ');
        buf_put_int64(text, line->at.ms);
        buf_put_byte(text, '\n');
}

static bool write_whole(int descriptor, struct slice bytes)
{
        while (bytes.size) {
                ssize_t put = write(descriptor, bytes.data, bytes.size);

                if (put < 0 && errno == EINTR)
                        continue;
                if (put <= 0)
                        return false;
                bytes = slice_from(bytes, (size_t)put);
        }
        return true;
}

enum err revocation_log_append(struct revocation_log *log, const struct revocation_line *lines,
                               size_t n)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(n * LINE);

        TRY(log_open_file(log));
        for (size_t i = 0; i < n; i++)
                line_put(&text, &lines[i]);
        if (text.failed || !write_whole(log->descriptor, buf_slice(&text)) ||
            fdatasync(log->descriptor) != 0)
                return log_fault(log);
        return ERR_OK;
}

/* --- reading --- */

static bool kind_read(struct slice word, enum revocation_kind *ret)
{
        for (size_t i = REVOKED_GRANT; i < ARRAY_SIZE(kinds); i++)
                if (slice_equal(word, slice_from_string(kinds[i]))) {
                        *ret = (enum revocation_kind)i;
                        return true;
                }
        return false;
}

static bool line_read(struct slice text, struct revocation_line *ret)
{
        struct slice seq, kind, id;

        return slice_cut(&text, ' ', &seq) && slice_cut(&text, ' ', &kind) &&
               slice_cut(&text, ' ', &id) && int64_parse(seq, &ret->seq) && ret->seq > 0 &&
               kind_read(kind, &ret->kind) && uuid_decode(id, &ret->id) &&
               int64_parse(text, &ret->at.ms);
}

static void file_closep(FILE **file)
{
        if (*file)
                (void)fclose(*file);
}

/* Doubles the array as lines come. */
static void lines_add(struct arena *arena, struct revocation_line **lines, size_t *n, size_t *room,
                      const struct revocation_line *line)
{
        if (*n == *room) {
                struct revocation_line *more;

                *room = *room ? *room * 2 : 64;
                more = arena_array(arena, *room, struct revocation_line);
                if (*n)
                        memcpy(more, *lines, *n * sizeof(more[0]));
                *lines = more;
        }
        (*lines)[(*n)++] = *line;
}

enum err revocation_log_read(struct revocation_log *log, struct arena *arena,
                             struct revocation_line **ret, size_t *ret_n)
{
        FILE *file CLEANUP(file_closep) = fopen(log->path, "re");
        struct revocation_line *lines = NULL, line;
        size_t n = 0, room = 0;
        char text[LINE];

        if (!file && errno != ENOENT)
                return log_fault(log);
        while (file && fgets(text, sizeof(text), file)) {
                struct slice rest = slice_from_string(text), whole;

                if (slice_cut(&rest, '\n', &whole) && line_read(whole, &line))
                        lines_add(arena, &lines, &n, &room, &line);
        }
        if (file && ferror(file))
                return log_fault(log);
        *ret = lines;
        *ret_n = n;
        return ERR_OK;
}
