/* SPDX-License-Identifier: Apache-2.0
 *
 * Files, read whole and written whole. Those that hold secrets are read only if nobody else can
 * read them, created only if they are new, and on disk when the call returns. `why` takes one plain
 * sentence for the operator on failure.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

/* A regular file of the process's user, or root's, that group and others cannot touch. The group
 * may read a credential of root's, which is no symbolic link. Return: ERR_OK; ERR_NOT_FOUND;
 * ERR_FORBIDDEN: somebody else can read or write it; ERR_FIELD_TOO_LONG; ERR_INTERNAL. */
enum err file_read_secret(const char *path, size_t maximum, struct arena *arena,
                          struct secret *ret_content, struct buf *why);

/* Any file, such as a certificate. Return: ERR_OK; ERR_NOT_FOUND; ERR_FIELD_TOO_LONG;
 * ERR_INTERNAL. */
enum err file_read(const char *path, size_t maximum, struct arena *arena, struct slice *ret_content,
                   struct buf *why);

/* A new file that only the process's user can read; file and folder are synced.
 * Return: ERR_OK; ERR_CONFLICT: there is one already; ERR_INTERNAL. */
enum err file_create_secret(const char *path, struct secret content, struct buf *why);

/* The same over an existing file, whose owner stays: there is always either the old one or the new
 * one, whole. Return: ERR_OK; ERR_INTERNAL. */
enum err file_replace_secret(const char *path, struct secret content, struct buf *why);

/* Brings a file that somebody else has written, and its name, to the disk.
 * Return: ERR_OK; ERR_NOT_FOUND; ERR_INTERNAL. */
enum err file_sync(const char *path, struct buf *why);

/* Waits until no other process holds the lock of the folder that the file is in; for reading a file
 * and replacing it. The lock ends with file_folder_unlock(), which takes -1 too.
 * Return: ERR_OK; ERR_INTERNAL. */
enum err file_folder_lock(const char *path, int *ret_descriptor, struct buf *why);
void file_folder_unlock(const int *descriptor);

/* Writes all of it, through signals. Return: false with errno set; part of it may be written. */
bool file_write_whole(int descriptor, struct slice bytes);

/* Brings the name of a new file to the disk, which happens only with its folder.
 * Return: false with errno set. */
bool file_sync_folder(const char *path);

/* For CLEANUP(); a negative one is none. */
void descriptor_closep(const int *descriptor);

bool file_exists(const char *path);

/* Whether it is named as one of the credentials that systemd has handed to this service: directly
 * in $CREDENTIALS_DIRECTORY. */
bool file_is_credential(const char *path);

/* What tells whether a file is another one, or was changed; all zeros: there is no such file. */
struct file_signature {
        uint64_t device, inode;
        int64_t size;
        int64_t changed_s, changed_ns; /* its content, mode or owner */
};

struct file_signature file_signature(const char *path);

bool file_signature_equal(const struct file_signature *a, const struct file_signature *b);

/* Whether other files can be made beside it, as databases need.
 * Return: ERR_OK; ERR_INTERNAL: its folder is missing, or cannot be written in. */
enum err file_check_folder(const char *path, struct buf *why);
