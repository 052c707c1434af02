/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing whole files. A file with secrets is read only if no other user can read it,
 * is created only if it does not exist, and is on disk when the call returns. On failure `why`
 * receives one plain sentence for the operator.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"

/* Reads a regular file that belongs to the process's user or to root, and that group and others
 * have no permissions for. The group may read a systemd credential of root's that is not a symbolic
 * link. Return: ERR_OK; ERR_NOT_FOUND; ERR_FORBIDDEN: another user can read or write it;
 * ERR_FIELD_TOO_LONG; ERR_INTERNAL. */
enum err file_read_secret(const char *path, size_t maximum, struct arena *arena,
                          struct secret *ret_content, struct buf *why);

/* Reads any file, such as a certificate. Return: ERR_OK; ERR_NOT_FOUND; ERR_FIELD_TOO_LONG;
 * ERR_INTERNAL. */
enum err file_read(const char *path, size_t maximum, struct arena *arena, struct slice *ret_content,
                   struct buf *why);

/* Creates a file that only the process's user can read; syncs the file and its folder.
 * Return: ERR_OK; ERR_CONFLICT: the file exists; ERR_INTERNAL. */
enum err file_create_secret(const char *path, struct secret content, struct buf *why);

/* Replaces a file atomically and keeps its owner: at any moment the old or the new content is
 * there, whole. Return: ERR_OK; ERR_INTERNAL. */
enum err file_replace_secret(const char *path, struct secret content, struct buf *why);

/* Syncs a file that other code has written, and its folder.
 * Return: ERR_OK; ERR_NOT_FOUND; ERR_INTERNAL. */
enum err file_sync(const char *path, struct buf *why);

/* Locks the folder of the file against other processes, waiting if needed; for reading and then
 * replacing a file. Release it with file_folder_unlock(), which accepts -1.
 * Return: ERR_OK; ERR_INTERNAL. */
enum err file_folder_lock(const char *path, int *ret_descriptor, struct buf *why);
void file_folder_unlock(const int *descriptor);

/* Writes all of it, through signals. Return: false with errno set; a part may have been written. */
bool file_write_whole(int descriptor, struct slice bytes);

/* Syncs the folder of a new file; without that its name may be lost in a power cut.
 * Return: false with errno set. */
bool file_sync_folder(const char *path);

/* For CLEANUP(); ignores a negative descriptor. */
void descriptor_closep(const int *descriptor);

bool file_exists(const char *path);

/* Whether the path is that of a credential systemd has passed to this service: directly in
 * $CREDENTIALS_DIRECTORY. */
bool file_is_credential(const char *path);

/* Compared to detect that a file was replaced or changed; all zeros: there is no such file. */
struct file_signature {
        uint64_t device, inode;
        int64_t size;
        int64_t changed_s, changed_ns; /* its content, mode or owner */
};

struct file_signature file_signature(const char *path);

bool file_signature_equal(const struct file_signature *a, const struct file_signature *b);

/* Checks that files can be created in its folder, which a database needs.
 * Return: ERR_OK; ERR_INTERNAL: its folder is missing or not writable. */
enum err file_check_folder(const char *path, struct buf *why);
