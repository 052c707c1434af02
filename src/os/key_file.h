/* SPDX-License-Identifier: Apache-2.0
 *
 * The key file: the master keys that seal secrets at rest, newest first. One line for each key,
 * with its id and its 32 bytes in hex:
 *
 *      # grantd master keys
 *      8d1f03aa 5b0c...e1
 */
#pragma once

#include "base/buf.h"
#include "core/upkeep/seal.h"

/* Reads the keys into `ret`, which is untouched on failure; `why` then receives one sentence.
 * Return: ERR_OK; ERR_NOT_FOUND; ERR_FORBIDDEN: other users can read it; ERR_FIELD_MALFORMED;
 *         ERR_FIELD_TOO_LONG; ERR_INTERNAL. */
enum err key_file_read(const char *path, struct seal *ret, struct buf *why);

/* The same from the content of such a file; `name` is its name in `why`.
 * Return: ERR_OK; ERR_FIELD_MALFORMED. */
enum err key_text_read(struct secret content, const char *name, struct seal *ret, struct buf *why);

/* A key file with one fresh key, as text. */
void key_text_put(struct buf *text, const struct entropy_port *entropy);

/* Adds a fresh key before those in the file, of which the newest `n_kept` stay. The file is
 * replaced atomically. Return: ERR_OK; as key_file_read(). */
enum err key_file_rotate(const char *path, const struct entropy_port *entropy, size_t n_kept,
                         struct buf *why);

/* Creates a file with one fresh key, on disk when the call returns. Return: ERR_OK; ERR_CONFLICT:
 * the file exists; ERR_INTERNAL. */
enum err key_file_create(const char *path, const struct entropy_port *entropy, struct buf *why);
