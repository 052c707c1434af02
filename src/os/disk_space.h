/* SPDX-License-Identifier: Apache-2.0
 *
 * How much room a file system has, and a file that holds some of it back.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct disk_space {
        uint64_t free_bytes; /* for a process without privileges */
        uint64_t total_bytes;
};

/* Of the file system that the file or folder is on. Return: false, with errno: it cannot be asked.
 */
bool disk_space_read(const char *path, struct disk_space *ret);

/* Return: the size of a file in bytes; 0 if there is none. */
uint64_t disk_file_size(const char *path);

/* A file of `size` bytes that are allocated on the disk, unless it is there. Return: whether it is
 * there now; a file system that cannot allocate has none. */
bool disk_reserve_hold(const char *path, uint64_t size);

/* Gives its room back. Without the file it does nothing. */
void disk_reserve_release(const char *path);
