/* SPDX-License-Identifier: Apache-2.0
 *
 * The three sources of master keys.
 */
#include "os/key_source.h"

#include <errno.h>
#include <string.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/monotonic.h"
#include "config/command_line.h"
#include "os/key_command.h"
#include "os/key_file.h"

enum { COMMAND_PAUSE = 10 * 1000 /* ms */ };

enum err key_source_open(const char *path, const char *command, struct key_source *ret,
                         struct buf *why)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct key_source source = {.path = path};
        char **words;

        if (*command) {
                if (!command_line_split(&arena, slice_from_string(command), &words)) {
                        buf_put_string(why, "keys.master_command: a quote is not closed");
                        return ERR_FIELD_MALFORMED;
                }
                source.command = key_command_start(words);
                if (!source.command) {
                        buf_put_string(why, "keys.master_command: no process can be started: ");
                        buf_put_string(why, strerror(errno));
                        return ERR_INTERNAL;
                }
        }
        *ret = source;
        return ERR_OK;
}

void key_source_close(struct key_source *source)
{
        key_command_stop(source->command);
        source->command = NULL;
}

static enum err command_read(struct key_source *source, struct seal *ret, struct buf *why)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct secret output = {0};
        enum err error = key_command_run(source->command, &arena, &output, why);

        source->read_at = monotonic_now(); /* the end of the run, so that a slow command is not
                                              repeated at once */
        TRY(error);
        return key_text_read(output, key_source_name(source), ret, why);
}

enum err key_source_read(struct key_source *source, struct seal *ret, struct buf *why)
{
        return source->command ? command_read(source, ret, why)
                               : key_file_read(source->path, ret, why);
}

bool key_source_is_due(const struct key_source *source)
{
        return !source->command || source->read_at <= monotonic_in(-COMMAND_PAUSE);
}

bool key_source_is_ours(const struct key_source *source, bool is_first, struct buf *why)
{
        if (!source->command && !file_is_credential(source->path))
                return true;
        buf_put_string(why, key_source_name(source));
        buf_put_string(why, source->command ? ": the key comes from a command"
                                            : ": the key is a credential of the service");
        buf_put_string(why, is_first ? "; create one with \"grantd keys create\", and store it "
                                       "there"
                                     : "; insert the line of \"grantd keys create\" before the "
                                       "others there, let servers read it, and run this again");
        return false;
}

const char *key_source_name(const struct key_source *source)
{
        return source->command ? "keys.master_command" : source->path;
}
