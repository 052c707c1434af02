/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the master keys come from: a key file, a systemd credential, or the output of a command.
 * Only a file can be created and rotated by grantd; the other two are managed elsewhere.
 */
#pragma once

#include "base/buf.h"
#include "core/upkeep/seal.h"

struct key_command;

struct key_source {
        const char *path;            /* of the file or credential; unused if there is a command */
        struct key_command *command; /* NULL: none */
        int64_t read_at;             /* of monotonic_now() */
};

/* Starts the command, if there is one (keys.master_command, empty: none); see key_command_start().
 * Both texts must outlive the source. On failure `why` receives one sentence.
 * Return: ERR_OK; ERR_FIELD_MALFORMED; ERR_INTERNAL. */
enum err key_source_open(const char *path, const char *command, struct key_source *ret,
                         struct buf *why);
void key_source_close(struct key_source *source);

/* Reads the keys. Return: as key_file_read(). */
enum err key_source_read(struct key_source *source, struct seal *ret, struct buf *why);

/* Whether it is worth reading again: a file always; a command, which takes time, only after ten
 * seconds. */
bool key_source_is_due(const struct key_source *source);

/* Whether grantd may create and replace it. If not, `why` receives one sentence that says what to
 * do instead, either to create the first key or to rotate. */
bool key_source_is_ours(const struct key_source *source, bool is_first, struct buf *why);

/* Its name for messages. */
const char *key_source_name(const struct key_source *source);
