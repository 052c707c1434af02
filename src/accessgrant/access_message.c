/* SPDX-License-Identifier: Apache-2.0
 *
 * The message of an encryption access (docs/protocol/access-grant.md 3.1).
 */
#include "accessgrant/access.h"

#include "accessgrant/memory.h"
#include "accessgrant/protowire.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum {
        ACCESS_ROOT_KEY = 1,
        ACCESS_ENTRIES = 2,
        ACCESS_PATH_CIPHER = 3,

        ENTRY_BUCKET = 1,
        ENTRY_PATH = 2,
        ENTRY_ENCRYPTED = 3,
        ENTRY_KEY = 4,
        ENTRY_PATH_CIPHER = 5,
};

/* --- reading --- */

/* Storj's library keeps one byte of the number. */
static enum ag_cipher cipher_read(struct ag_wire *wire, const struct ag_field *field)
{
        return (enum ag_cipher)(uint8_t)ag_wire_varint(wire, field);
}

static enum ag_error entry_read(struct ag_wire *outer, const struct ag_field *message,
                                ag_access *access)
{
        struct ag_wire wire = {.left = ag_wire_bytes(outer, message)};
        struct ag_entry entry = {0};
        struct slice key = {0};
        struct ag_field field;

        while (ag_wire_next(&wire, &field)) {
                if (field.number == ENTRY_BUCKET)
                        entry.bucket = ag_of(ag_wire_bytes(&wire, &field));
                else if (field.number == ENTRY_PATH)
                        entry.path = ag_of(ag_wire_bytes(&wire, &field));
                else if (field.number == ENTRY_ENCRYPTED)
                        entry.encrypted = ag_of(ag_wire_bytes(&wire, &field));
                else if (field.number == ENTRY_KEY)
                        key = ag_wire_bytes(&wire, &field);
                else if (field.number == ENTRY_PATH_CIPHER)
                        entry.cipher = cipher_read(&wire, &field);
        }
        if (wire.is_malformed || outer->is_malformed || key.size != AG_KEY_SIZE)
                return AG_ERR_ACCESS;
        return ag_access_add(access, &entry, key.data);
}

/* A field that is present but empty counts as absent. */
static enum ag_error root_key_read(struct slice root_key, ag_access *access)
{
        if (root_key.size != 0 && root_key.size != AG_KEY_SIZE)
                return AG_ERR_ACCESS;
        access->has_root_key = root_key.size != 0;
        if (access->has_root_key)
                memcpy(access->root_key, root_key.data, AG_KEY_SIZE);
        return AG_OK;
}

/* Reads the message as it is: the entries in their order, and the cipher, named or not. */
static enum ag_error access_read(struct slice message, ag_access *access)
{
        struct ag_wire wire = {.left = message};
        struct slice root_key = {0};
        struct ag_field field;

        while (ag_wire_next(&wire, &field)) {
                if (field.number == ACCESS_ROOT_KEY)
                        root_key = ag_wire_bytes(&wire, &field);
                else if (field.number == ACCESS_ENTRIES)
                        TRY(entry_read(&wire, &field, access));
                else if (field.number == ACCESS_PATH_CIPHER)
                        access->path_cipher = cipher_read(&wire, &field);
        }
        if (wire.is_malformed)
                return AG_ERR_ACCESS;
        return root_key_read(root_key, access);
}

/* --- writing --- */

static void entry_write(const struct ag_access_entry *entry, struct buf *buf)
{
        ag_put_bytes(buf, ENTRY_BUCKET, slice_of(entry->view.bucket));
        ag_put_bytes(buf, ENTRY_PATH, slice_of(entry->view.path));
        ag_put_bytes(buf, ENTRY_ENCRYPTED, slice_of(entry->view.encrypted));
        ag_put_bytes(buf, ENTRY_KEY, slice_new(entry->key, AG_KEY_SIZE));
        ag_put_uint(buf, ENTRY_PATH_CIPHER, entry->view.cipher);
}

enum ag_error ag_access_write(const ag_access *access, struct buf *buf)
{
        struct buf entry CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        if (access->has_root_key)
                ag_put_bytes(buf, ACCESS_ROOT_KEY, slice_new(access->root_key, AG_KEY_SIZE));
        for (size_t i = 0; i < access->n_entries; i++) {
                buf_reset(&entry);
                entry_write(access->entries[i], &entry);
                TRY(ag_buf_check(&entry));
                ag_put_message(buf, ACCESS_ENTRIES, buf_slice(&entry));
        }
        ag_put_uint(buf, ACCESS_PATH_CIPHER, access->path_cipher);
        return ag_buf_check(buf);
}

enum ag_error ag_access_serialize(const ag_access *access, uint8_t **ret_message, size_t *ret_size)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        uint8_t *copy;

        TRY(ag_access_write(access, &message));
        copy = ag_memory_copy(buf_slice(&message));
        if (!copy)
                return AG_ERR_MEMORY;
        *ret_size = message.size;
        *ret_message = copy;
        return AG_OK;
}

/* --- parsing --- */

static bool ciphers_are_known(const ag_access *access)
{
        bool known = access->path_cipher <= AG_CIPHER_SECRETBOX;

        for (size_t i = 0; i < access->n_entries; i++)
                known &= access->entries[i]->view.cipher <= AG_CIPHER_SECRETBOX;
        return known;
}

/* A message is canonical if writing it again gives the same bytes. Entries may be in any order,
 * since Storj's own order varies. */
static enum ag_error canonical_check(const ag_access *access, struct slice message)
{
        struct buf again CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        TRY(ag_access_write(access, &again));
        return ciphers_are_known(access) && slice_equal(buf_slice(&again), message)
                       ? AG_OK
                       : AG_ERR_NOT_CANONICAL;
}

enum ag_error ag_access_parse(struct ag_bytes message, enum ag_mode mode, ag_access **ret_access)
{
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        if (message.size > AG_MAX_TEXT)
                return AG_ERR_LIMIT;
        TRY(ag_access_make(AG_CIPHER_UNSPECIFIED, &access));
        TRY(access_read(slice_of(message), access));
        if (mode == AG_STRICT)
                TRY(canonical_check(access, slice_of(message)));
        if (access->path_cipher == AG_CIPHER_UNSPECIFIED)
                access->path_cipher = AG_CIPHER_AES_GCM; /* from before the field existed */
        ag_access_sort(access);
        *ret_access = take(&access);
        return AG_OK;
}
