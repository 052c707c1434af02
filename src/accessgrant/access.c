/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption accesses: a root key, or entries for paths, or both.
 */
#include "accessgrant/access.h"

#include <stdlib.h>

#include "accessgrant/memory.h"
#include "accessgrant/path.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum { CAPACITY_LEAST = 4 };

void ag_access_free(ag_access *access)
{
        if (!access)
                return;
        for (size_t i = 0; i < access->n_entries; i++)
                ag_free(access->entries[i]);
        ag_free(access->entries);
        ag_free(access);
}

/* --- making --- */

enum ag_error ag_access_make(enum ag_cipher path_cipher, ag_access **ret_access)
{
        ag_access *access = ag_memory_new(sizeof(*access));

        if (!access)
                return AG_ERR_MEMORY;
        access->path_cipher = path_cipher;
        *ret_access = access;
        return AG_OK;
}

static bool cipher_is_for_projects(enum ag_cipher cipher)
{
        return cipher == AG_CIPHER_NULL || cipher == AG_CIPHER_AES_GCM ||
               cipher == AG_CIPHER_SECRETBOX;
}

enum ag_error ag_access_new(const uint8_t root_key[AG_KEY_SIZE], enum ag_cipher path_cipher,
                            ag_access **ret_access)
{
        ag_access *access;

        if (!cipher_is_for_projects(path_cipher))
                return AG_ERR_CIPHER;
        TRY(ag_access_make(path_cipher, &access));
        if (root_key) {
                access->has_root_key = true;
                memcpy(access->root_key, root_key, AG_KEY_SIZE);
        }
        *ret_access = access;
        return AG_OK;
}

/* --- entries --- */

/* Copies bytes to `*end`, and moves it past them. */
static struct ag_bytes bytes_append(uint8_t **end, struct ag_bytes bytes)
{
        struct ag_bytes copy = ag_bytes_new(*end, bytes.size);

        if (bytes.size)
                memcpy(*end, bytes.data, bytes.size);
        *end += bytes.size;
        return copy;
}

/* The size of the bucket and both paths, in bytes. */
static size_t entry_size(const struct ag_entry *entry)
{
        return entry->bucket.size + entry->path.size + entry->encrypted.size;
}

/* Return: NULL if there is no memory. */
static struct ag_access_entry *entry_new(const struct ag_entry *view,
                                         const uint8_t key[AG_KEY_SIZE])
{
        struct ag_access_entry *entry = ag_memory_new(sizeof(*entry) + entry_size(view));
        uint8_t *end;

        if (!entry)
                return NULL;
        end = entry->bytes;
        entry->view.bucket = bytes_append(&end, view->bucket);
        entry->view.path = bytes_append(&end, view->path);
        entry->view.encrypted = bytes_append(&end, view->encrypted);
        entry->view.cipher = view->cipher;
        memcpy(entry->key, key, AG_KEY_SIZE);
        return entry;
}

static enum ag_error entries_grow(ag_access *access)
{
        size_t capacity = access->capacity ? access->capacity * 2 : CAPACITY_LEAST;
        struct ag_access_entry **entries =
                ag_memory_new(capacity * sizeof(struct ag_access_entry *));

        if (!entries)
                return AG_ERR_MEMORY;
        for (size_t i = 0; i < access->n_entries; i++)
                entries[i] = access->entries[i];
        ag_free(access->entries);
        access->entries = entries;
        access->capacity = capacity;
        return AG_OK;
}

/* Finds the index of the same path, n_entries if there is none yet.
 * Return: AG_OK; AG_ERR_ACCESS. */
static enum ag_error entry_find(const ag_access *access, const struct ag_entry *entry,
                                size_t *ret_index)
{
        size_t index = access->n_entries;

        if (!ag_path_same_depth(slice_of(entry->path), slice_of(entry->encrypted)))
                return AG_ERR_ACCESS;
        for (size_t i = 0; i < access->n_entries; i++) {
                const struct ag_entry *other = &access->entries[i]->view;

                if (!slice_equal(slice_of(entry->bucket), slice_of(other->bucket)))
                        continue;
                if (!ag_path_mappings_agree(entry, other))
                        return AG_ERR_ACCESS;
                if (slice_equal(slice_of(entry->path), slice_of(other->path)))
                        index = i;
        }
        *ret_index = index;
        return AG_OK;
}

/* Creates an entry at the index: after the last one, or replacing one. */
static enum ag_error entry_put(ag_access *access, size_t index, const struct ag_entry *view,
                               const uint8_t key[AG_KEY_SIZE])
{
        size_t size = access->size + entry_size(view);
        struct ag_access_entry *entry;

        if (index < access->n_entries)
                size -= entry_size(&access->entries[index]->view);
        if (index == AG_MAX_PLACES || size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        if (index == access->capacity)
                TRY(entries_grow(access));
        entry = entry_new(view, key);
        if (!entry)
                return AG_ERR_MEMORY;
        if (index == access->n_entries)
                access->n_entries++;
        ag_free(access->entries[index]); /* NULL after the last entry */
        access->entries[index] = entry;
        access->size = size;
        return AG_OK;
}

enum ag_error ag_access_add(ag_access *access, const struct ag_entry *entry,
                            const uint8_t key[AG_KEY_SIZE])
{
        size_t index;

        if (entry->bucket.size > AG_MAX_PATH || entry->path.size > AG_MAX_PATH ||
            entry->encrypted.size > AG_MAX_PATH)
                return AG_ERR_LIMIT;
        TRY(entry_find(access, entry, &index));
        return entry_put(access, index, entry, key);
}

/* The entries were checked against each other when they were added, so they are not compared again.
 */
enum ag_error ag_access_copy(const ag_access *access, ag_access **ret_access)
{
        ag_access *copy CLEANUP(ag_access_freep) = NULL;

        TRY(ag_access_make(access->path_cipher, &copy));
        copy->has_root_key = access->has_root_key;
        memcpy(copy->root_key, access->root_key, AG_KEY_SIZE);
        for (size_t i = 0; i < access->n_entries; i++)
                TRY(entry_put(copy, i, &access->entries[i]->view, access->entries[i]->key));
        *ret_access = take(&copy);
        return AG_OK;
}

static int entry_compare(const void *a, const void *b)
{
        const struct ag_entry *entry_a = &(*(struct ag_access_entry *const *)a)->view;
        const struct ag_entry *entry_b = &(*(struct ag_access_entry *const *)b)->view;
        int order = slice_compare(slice_of(entry_a->bucket), slice_of(entry_b->bucket));

        return order ? order : ag_path_compare(slice_of(entry_a->path), slice_of(entry_b->path));
}

void ag_access_sort(ag_access *access)
{
        if (access->n_entries)
                qsort(access->entries, access->n_entries, sizeof(struct ag_access_entry *),
                      entry_compare);
}

/* --- finding --- */

const struct ag_access_entry *ag_access_find(const ag_access *access, struct slice bucket,
                                             struct slice path, enum ag_side side)
{
        const struct ag_access_entry *best = NULL;

        for (size_t i = 0; i < access->n_entries; i++) {
                const struct ag_access_entry *entry = access->entries[i];
                struct slice start = ag_entry_path(&entry->view, side);
                struct ag_components rest;

                /* of the entries that are a prefix of the path, the longest has the most components
                 */
                if ((!best || start.size > ag_entry_path(&best->view, side).size) &&
                    slice_equal(slice_of(entry->view.bucket), bucket) &&
                    ag_path_after(path, start, &rest))
                        best = entry;
        }
        return best;
}

/* --- looking --- */

bool ag_access_has_root_key(const ag_access *access)
{
        return access->has_root_key;
}

enum ag_cipher ag_access_path_cipher(const ag_access *access)
{
        return access->path_cipher;
}

size_t ag_access_n_entries(const ag_access *access)
{
        return access->n_entries;
}

struct ag_entry ag_access_entry(const ag_access *access, size_t index)
{
        return access->entries[index]->view;
}
