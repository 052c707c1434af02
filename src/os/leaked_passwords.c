/* SPDX-License-Identifier: Apache-2.0
 *
 * A binary search over the bytes of a file, of which each step reads one line.
 */
#include "os/leaked_passwords.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/event.h"
#include "base/files.h"
#include "base/macros.h"

enum {
        LINE_MOST = 64, /* a hash, ":", 20 digits, and the end of the line in two bytes */
        SAMPLES = 100,  /* lines that are looked at before the list is used */
};

struct list {
        int descriptor;
        int64_t size;
};

/* A line of the list, and where it begins and the next one does. */
struct line {
        int64_t start, end;
        uint8_t sha1[SHA1_SIZE];
};

static bool list_open(const char *path, struct list *ret)
{
        struct stat status;

        ret->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (ret->descriptor < 0 || fstat(ret->descriptor, &status) != 0)
                return false;
        ret->size = status.st_size;
        errno = EINVAL;
        return S_ISREG(status.st_mode);
}

static void list_close(struct list *list)
{
        descriptor_closep(&list->descriptor);
}

/* "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:10437277", perhaps with the CR of Windows. */
static bool line_parse(struct slice text, uint8_t ret_sha1[SHA1_SIZE])
{
        struct buf sha1 CLEANUP(buf_deinit) = BUF_LOCAL(SHA1_SIZE);
        uint8_t hex[2 * SHA1_SIZE];
        struct slice hash;

        if (text.size && text.data[text.size - 1] == '\r')
                text = slice_to(text, text.size - 1);
        (void)slice_cut(&text, ':', &hash);
        if (hash.size != sizeof(hex))
                return false;
        for (size_t i = 0; i < sizeof(hex); i++)
                hex[i] = (uint8_t)tolower(hash.data[i]);
        for (size_t i = 0; i < text.size; i++)
                if (!isdigit(text.data[i]))
                        return false;
        if (!hex_decode(SLICE_ARRAY(hex), &sha1))
                return false;
        memcpy(ret_sha1, sha1.data, SHA1_SIZE);
        return true;
}

/* The line that has the byte `at`, of which the end of the line is a part.
 * Return: whether it is of the right form. */
static bool line_read(const struct list *list, int64_t at, struct line *ret)
{
        char window[2 * LINE_MOST];
        int64_t from = at > LINE_MOST ? at - LINE_MOST : 0;
        ssize_t n = pread(list->descriptor, window, sizeof(window), from);
        size_t here = (size_t)(at - from), start = here, end = here;

        if (n <= (ssize_t)here)
                return false;
        while (start && window[start - 1] != '\n')
                start--;
        while (end < (size_t)n && window[end] != '\n')
                end++;
        ret->start = from + (int64_t)start;
        ret->end = from + (int64_t)end + 1;
        return line_parse(slice_new(window + start, end - start), ret->sha1);
}

/* Return: ERR_OK: it is not there; ERR_PASSWORD_LEAKED; ERR_INTERNAL. */
static enum err list_search(const struct list *list, const uint8_t sha1[SHA1_SIZE])
{
        int64_t low = 0, high = list->size;

        while (low < high) {
                struct line line;
                int order;

                if (!line_read(list, low + (high - low) / 2, &line))
                        return ERR_INTERNAL;
                order = memcmp(sha1, line.sha1, SHA1_SIZE);
                if (order == 0)
                        return ERR_PASSWORD_LEAKED;
                if (order < 0)
                        high = line.start;
                else
                        low = line.end;
        }
        return ERR_OK;
}

static enum err leaked_check(const void *context, struct secret password)
{
        struct list list CLEANUP(list_close) = {.descriptor = -1};
        struct slice text = secret_reveal(password);
        uint8_t sha1[SHA1_SIZE];
        enum err error = ERR_INTERNAL;

        if (list_open(context, &list) &&
            EVP_Digest(text.data, text.size, sha1, NULL, EVP_sha1(), NULL) == 1)
                error = list_search(&list, sha1);
        wipe(sha1, sizeof(sha1));
        if (error == ERR_INTERNAL)
                EVENT_FAULT("leaked passwords", EVENT_TEXT("file", context),
                            EVENT_TEXT("why", "the list cannot be read or is damaged"));
        return error;
}

struct leak_port leaked_passwords_port(const char *path)
{
        if (!*path)
                return (struct leak_port){0};
        return (struct leak_port){.check = leaked_check, .context = path};
}

/* --- before it is used --- */

static void tell(struct buf *why, const char *path, const char *what, int64_t at)
{
        buf_put_string(why, path);
        buf_put_string(why, what);
        buf_put_int64(why, at);
        buf_put_string(why, "; set a file of SHA-1 hashes in hex, one a line, sorted, each with "
                            "\":\" and a count or without");
}

enum err leaked_passwords_check(const char *path, struct buf *why)
{
        struct list list CLEANUP(list_close) = {.descriptor = -1};
        struct line line, before = {.start = -1};

        if (!list_open(path, &list)) {
                buf_put_string(why, path);
                buf_put_string(why, " cannot be read: ");
                buf_put_string(why, strerror(errno));
                return ERR_NOT_FOUND;
        }
        for (int64_t i = 0; i <= SAMPLES; i++, before = line) {
                int64_t at =
                        (list.size - 1) / SAMPLES * i + (list.size - 1) % SAMPLES * i / SAMPLES;

                if (!list.size || !line_read(&list, at, &line)) {
                        tell(why, path, " has no SHA-1 hash in the line at byte ", at);
                        return ERR_FIELD_MALFORMED;
                }
                if (line.start > before.start && before.start >= 0 &&
                    memcmp(before.sha1, line.sha1, SHA1_SIZE) >= 0) {
                        tell(why, path, " is not sorted up to byte ", line.start);
                        return ERR_FIELD_MALFORMED;
                }
        }
        return ERR_OK;
}
