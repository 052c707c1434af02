/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading secrets.
 */
#include "cli/secret_input.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/files.h"
#include "base/macros.h"
#include "cli/output.h"

/* Switches echo off; saves the terminal's settings in `ret_before`. Return: whether it is one. */
static bool echo_off(struct termios *ret_before)
{
        struct termios silent;

        if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, ret_before) != 0)
                return false;
        silent = *ret_before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        return tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
}

/* Reads one line, since a person typing does not know how to end the file. */
static enum err terminal_read(const char *prompt, struct buf *content, struct termios *before)
{
        char line[4096];
        bool got;

        (void)fprintf(stderr, "%s: ", prompt);
        got = fgets(line, sizeof(line), stdin) != NULL;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, before);
        (void)fputc('\n', stderr);
        if (got)
                buf_put_string(content, line);
        wipe(line, sizeof(line));
        return ERR_OK;
}

static enum err pipe_read(struct buf *content)
{
        uint8_t chunk[4096];
        ssize_t got;

        while ((got = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0)
                buf_put(content, slice_new(chunk, (size_t)got));
        wipe(chunk, sizeof(chunk));
        return got < 0 ? ERR_INTERNAL : ERR_OK;
}

static enum err input_read(const char *path, const char *prompt, struct arena *arena,
                           struct buf *content)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct termios before;
        struct slice bytes = {0};
        enum err err;

        if (!path || strcmp(path, "-") == 0)
                return echo_off(&before) ? terminal_read(prompt, content, &before)
                                         : pipe_read(content);
        err = file_read(path, LIMIT_SECRET_INPUT, arena, &bytes, &why);
        buf_put(content, bytes);
        if (err)
                complain_why(&why);
        return err;
}

enum err secret_input(const char *path, const char *prompt, struct arena *arena,
                      struct secret *ret_secret)
{
        struct buf content CLEANUP(buf_deinit) = BUF_INIT(LIMIT_SECRET_INPUT);
        struct slice bytes;

        TRY(input_read(path, prompt, arena, &content));
        bytes = buf_slice(&content);
        if (bytes.size && bytes.data[bytes.size - 1] == '\n')
                bytes.size--;
        if (bytes.size && bytes.data[bytes.size - 1] == '\r')
                bytes.size--;
        if (content.failed || !bytes.size) {
                complain("%s: %s", prompt, content.failed ? "is too long" : "is empty");
                return content.failed ? ERR_FIELD_TOO_LONG : ERR_FIELD_MISSING;
        }
        *ret_secret = secret_copy(arena, bytes);
        return ERR_OK;
}

static bool is_typed(const char *path)
{
        return (!path || strcmp(path, "-") == 0) && isatty(STDIN_FILENO);
}

enum err secret_input_new(const char *path, const char *prompt, struct arena *arena,
                          struct secret *ret_secret)
{
        struct secret first, second;
        char again[64];

        TRY(secret_input(path, prompt, arena, &first));
        if (is_typed(path)) {
                (void)snprintf(again, sizeof(again), "%s again", prompt);
                TRY(secret_input(path, again, arena, &second));
                if (!slice_equal(secret_reveal(first), secret_reveal(second))) {
                        complain("%s: the two entries differ; nothing was changed", prompt);
                        return ERR_FIELD_MALFORMED;
                }
        }
        *ret_secret = first;
        return ERR_OK;
}
