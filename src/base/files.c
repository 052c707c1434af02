/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing whole files with care.
 */
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"

enum { MODE_OTHERS = 077, MODE_OTHERS_OF_CREDENTIAL = 037, MODE_SECRET = 0600 };

void descriptor_closep(const int *descriptor)
{
        if (*descriptor >= 0)
                (void)close(*descriptor);
}

static void string_free(char **string)
{
        free(*string);
}

/* "keys.db: what; what to do". */
static enum err because(struct buf *why, enum err err, const char *path, const char *what)
{
        buf_put_string(why, path);
        buf_put_string(why, ": ");
        buf_put_string(why, what);
        return err;
}

static enum err because_errno(struct buf *why, const char *path, const char *doing)
{
        int number = errno;
        char text[128];

        buf_put_string(why, path);
        buf_put_string(why, ": cannot ");
        buf_put_string(why, doing);
        buf_put_string(why, ": ");
        buf_put_string(why, strerror_r(number, text, sizeof(text)));
        return number == ENOENT ? ERR_NOT_FOUND : number == EEXIST ? ERR_CONFLICT : ERR_INTERNAL;
}

/* What to do about a file that cannot be created. */
static const char *advice_of(int number)
{
        switch (number) {
        case ENOENT:
        case ENOTDIR:
                return "; create its folder first";
        case EROFS:
                return "; mount it for writing, or use another folder";
        case EACCES:
        case EPERM:
                return "; let this user write in its folder, or use another";
        case ENOSPC:
        case EDQUOT:
                return "; free space there";
        default:
                return "";
        }
}

static enum err because_creating(struct buf *why, const char *path, const char *doing)
{
        int number = errno;
        enum err err = because_errno(why, path, doing);

        buf_put_string(why, advice_of(number));
        return err;
}

/* --- reading --- */

/* systemd's credentials belong to root; the service's user may read them through an access list,
 * whose mask shows up as the group's permissions. */
bool file_is_credential(const char *path)
{
        const char *folder = getenv("CREDENTIALS_DIRECTORY");
        size_t size = folder ? strlen(folder) : 0;

        return size > 1 && *folder == '/' && strncmp(path, folder, size) == 0 &&
               path[size] == '/' && path[size + 1] && !strchr(path + size + 1, '/');
}

/* The permission bits that a file with secrets must not have. */
static mode_t forbidden_mode(const char *path, const struct stat *status)
{
        return file_is_credential(path) && status->st_uid == 0 ? MODE_OTHERS_OF_CREDENTIAL
                                                               : MODE_OTHERS;
}

static enum err mode_check(const char *path, const struct stat *status, struct buf *why)
{
        char what[160];

        if (!S_ISREG(status->st_mode))
                return because(why, ERR_FORBIDDEN, path, "is not a regular file");
        if (status->st_uid != geteuid() && status->st_uid != 0)
                return because(why, ERR_FORBIDDEN, path,
                               "belongs to another user; make this user its owner (chown)");
        if ((status->st_mode & forbidden_mode(path, status)) == 0)
                return ERR_OK;
        (void)snprintf(what, sizeof(what),
                       "contains secrets and others can open it (mode %03o); run: chmod 600",
                       (unsigned)(status->st_mode & 0777));
        return because(why, ERR_FORBIDDEN, path, what);
}

static enum err content_read(int descriptor, const char *path, struct buf *content, struct buf *why)
{
        for (;;) {
                uint8_t chunk[4096];
                ssize_t got = read(descriptor, chunk, sizeof(chunk));

                if (got < 0 && errno == EINTR)
                        continue;
                if (got < 0)
                        return because_errno(why, path, "read");
                if (got == 0)
                        return ERR_OK;
                buf_put(content, slice_new(chunk, (size_t)got));
                wipe(chunk, sizeof(chunk));
                if (content->failed)
                        return because(why, ERR_FIELD_TOO_LONG, path,
                                       "is larger than such a file can be");
        }
}

/* The mode is checked on the open file, so that the file cannot be swapped in between. */
static enum err open_and_read(const char *path, bool is_secret, struct buf *content,
                              struct buf *why)
{
        int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (file_is_credential(path) ? O_NOFOLLOW : 0);
        int descriptor CLEANUP(descriptor_closep) = open(path, flags);
        struct stat status;

        if (descriptor < 0)
                return because_errno(why, path, "open");
        if (is_secret) {
                if (fstat(descriptor, &status) != 0)
                        return because_errno(why, path, "look at");
                TRY(mode_check(path, &status, why));
        }
        return content_read(descriptor, path, content, why);
}

static enum err memory_check(const struct arena *arena, const char *path, struct buf *why)
{
        if (arena->failed) {
                buf_put_string(why, "no memory to read ");
                buf_put_string(why, path);
        }
        return arena_check(arena);
}

enum err file_read_secret(const char *path, size_t maximum, struct arena *arena,
                          struct secret *ret_content, struct buf *why)
{
        struct buf content CLEANUP(buf_deinit) = BUF_INIT(maximum);

        TRY(open_and_read(path, true, &content, why));
        *ret_content = secret_copy(arena, buf_slice(&content));
        return memory_check(arena, path, why);
}

enum err file_read(const char *path, size_t maximum, struct arena *arena, struct slice *ret_content,
                   struct buf *why)
{
        struct buf content CLEANUP(buf_deinit) = BUF_INIT(maximum);

        TRY(open_and_read(path, false, &content, why));
        *ret_content = arena_copy(arena, buf_slice(&content));
        return memory_check(arena, path, why);
}

bool file_exists(const char *path)
{
        return access(path, F_OK) == 0;
}

struct file_signature file_signature(const char *path)
{
        struct stat status;

        if (stat(path, &status) != 0)
                return (struct file_signature){0};
        return (struct file_signature){
                .device = status.st_dev,
                .inode = status.st_ino,
                .size = status.st_size,
                .changed_s = status.st_ctim.tv_sec,
                .changed_ns = status.st_ctim.tv_nsec,
        };
}

bool file_signature_equal(const struct file_signature *a, const struct file_signature *b)
{
        return a->device == b->device && a->inode == b->inode && a->size == b->size &&
               a->changed_s == b->changed_s && a->changed_ns == b->changed_ns;
}

/* --- writing --- */

bool file_write_whole(int descriptor, struct slice bytes)
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

/* The caller frees it; NULL: no memory. */
static char *folder_of(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

enum err file_check_folder(const char *path, struct buf *why)
{
        char *folder CLEANUP(string_free) = folder_of(path);

        if (folder && access(folder, W_OK | X_OK) == 0)
                return ERR_OK;
        (void)because_creating(why, path, "write in its folder");
        return ERR_INTERNAL;
}

/* Return: the folder of the file, open; -1 with errno. */
static int folder_open(const char *path)
{
        char *folder CLEANUP(string_free) = folder_of(path);

        return open(folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool file_sync_folder(const char *path)
{
        int descriptor CLEANUP(descriptor_closep) = folder_open(path);

        return descriptor >= 0 && fsync(descriptor) == 0;
}

static enum err folder_sync(const char *path, struct buf *why)
{
        return file_sync_folder(path) ? ERR_OK : because_errno(why, path, "sync the folder of");
}

/* Half a key file would be worse than none. */
static enum err create_synced(const char *path, struct slice bytes, struct buf *why)
{
        int descriptor CLEANUP(descriptor_closep) =
                open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE_SECRET);

        if (descriptor < 0)
                return because_creating(why, path, "create");
        if (file_write_whole(descriptor, bytes) && fsync(descriptor) == 0)
                return ERR_OK;
        (void)because_creating(why, path, "write");
        (void)unlink(path);
        return ERR_INTERNAL;
}

enum err file_create_secret(const char *path, struct secret content, struct buf *why)
{
        enum err err = create_synced(path, secret_reveal(content), why);

        if (err == ERR_NOT_FOUND)
                return ERR_INTERNAL; /* the folder is missing; `why` says so */
        TRY(err);
        return folder_sync(path, why);
}

enum err file_folder_lock(const char *path, int *ret_descriptor, struct buf *why)
{
        int descriptor = folder_open(path);

        if (descriptor >= 0 && flock(descriptor, LOCK_EX) == 0) {
                *ret_descriptor = descriptor;
                return ERR_OK;
        }
        (void)because_errno(why, path, "lock the folder of");
        descriptor_closep(&descriptor);
        return ERR_INTERNAL;
}

void file_folder_unlock(const int *descriptor)
{
        descriptor_closep(descriptor);
}

/* A file that root replaces keeps its owner, the user that the server runs as. */
static bool owner_keep(const char *path, const char *fresh)
{
        struct stat status;

        return geteuid() != 0 || stat(path, &status) != 0 ||
               lchown(fresh, status.st_uid, status.st_gid) == 0;
}

enum err file_replace_secret(const char *path, struct secret content, struct buf *why)
{
        char *fresh CLEANUP(string_free) = NULL;

        if (asprintf(&fresh, "%s.new", path) < 0) {
                fresh = NULL;
                return ERR_INTERNAL;
        }
        (void)unlink(fresh); /* left by an interrupted attempt */
        if (create_synced(fresh, secret_reveal(content), why) != ERR_OK)
                return ERR_INTERNAL;
        if (!owner_keep(path, fresh) || rename(fresh, path) != 0) {
                (void)because_errno(why, path, "replace");
                (void)unlink(fresh);
                return ERR_INTERNAL;
        }
        return folder_sync(path, why);
}

enum err file_sync(const char *path, struct buf *why)
{
        int descriptor CLEANUP(descriptor_closep) = open(path, O_RDONLY | O_CLOEXEC);

        if (descriptor < 0 || fsync(descriptor) != 0)
                return because_errno(why, path, "sync");
        return folder_sync(path, why);
}
