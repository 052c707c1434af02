/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of encryption accesses: the entries and how they are found. An access is built here
 * and never changes once the caller has it.
 */
#pragma once

#include "accessgrant/words.h"

/* A path, its key, and the bytes that `view` points to. */
struct ag_access_entry {
        struct ag_entry view;
        uint8_t key[AG_KEY_SIZE];
        uint8_t bytes[];
};

struct ag_access {
        bool has_root_key;
        uint8_t root_key[AG_KEY_SIZE];
        enum ag_cipher path_cipher;
        size_t n_entries;
        size_t capacity; /* of `entries` */
        size_t size;     /* bytes of all entries, at most AG_MAX_TEXT */
        struct ag_access_entry **entries;
};

/* An access without keys, of any cipher.
 * Return: AG_OK; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_make(enum ag_cipher path_cipher, ag_access **ret_access);

/* Return: AG_OK; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_copy(const ag_access *access, ag_access **ret_access);

/* Adds an entry, or replaces the one of the same path (docs/protocol/access-grant.md 3.3).
 * Return: AG_OK; AG_ERR_ACCESS: it contradicts itself or another entry; AG_ERR_LIMIT;
 *         AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_add(ag_access *access, const struct ag_entry *entry,
                                        const uint8_t key[AG_KEY_SIZE]);

/* Sorts the entries into the order of serialization (docs/protocol/access-grant.md 3.4). */
void ag_access_sort(ag_access *access);

/* Appends the message, with the entries in their present order.
 * Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_access_write(const ag_access *access, struct buf *buf);

/* By which of its two paths an entry is looked up. */
enum ag_side {
        AG_SIDE_PLAIN,
        AG_SIDE_ENCRYPTED,
};

/* Return: the path of the entry on that side. */
static inline struct slice ag_entry_path(const struct ag_entry *entry, enum ag_side side)
{
        return slice_of(side == AG_SIDE_PLAIN ? entry->path : entry->encrypted);
}

/* Return: the entry of the bucket with the most of the first components of the path; NULL if there
 * is none (docs/protocol/access-grant.md 3.2). */
const struct ag_access_entry *ag_access_find(const ag_access *access, struct slice bucket,
                                             struct slice path, enum ag_side side);
