/* SPDX-License-Identifier: Apache-2.0
 *
 * The free space of a file system, and a file that reserves some of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct disk_space {
        uint64_t free_bytes; /* for a process without privileges */
        uint64_t total_bytes;
};

/* Reads the free space of the file system that contains the file or folder. Return: false with
 * errno set.
 */
bool disk_space_read(const char *path, struct disk_space *ret);

/* Return: the size of a file in bytes; 0 if it does not exist. */
uint64_t disk_file_size(const char *path);

/* Creates a file with `size` allocated bytes, unless it exists. Return: whether it exists now; not
 * on a file system that cannot allocate. */
bool disk_reserve_hold(const char *path, uint64_t size);

/* Deletes the file, which frees its space. Does nothing if there is none. */
void disk_reserve_release(const char *path);
