/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys removed from the file are forgotten, so it is adopted only if it belongs to the database.
 * Otherwise the node keeps its keys, and is not ready.
 */
#include "node/node_keys.h"

#include "base/event.h"
#include "base/macros.h"
#include "core/upkeep/database.h"
#include "os/complain.h"
#include "os/key_file.h"
#include "os/key_source.h"

enum { LIMIT_WHY = 8192 };

/* --- adopting a changed file --- */

static enum err fits_database(const struct node_keys *keys, struct seal *file, struct buf *why)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct ports ports = *keys->ports;
        struct op op = op_begin(&ports, &arena);
        enum err error;

        ports.seal = file;
        error = database_check_key(&op);
        if (error == ERR_NO_ROW)
                return ERR_OK; /* new, and not marked yet */
        if (error == ERR_NOT_AUTHENTIC) {
                buf_put_string(why, key_source_name(&keys->source));
                buf_put_string(why, ": has no key that belongs to this database; restore the "
                                    "previous keys");
        }
        return error;
}

/* Zeros for a command, whose changes only show when it runs. */
static struct file_signature signature(const struct node_keys *keys)
{
        return keys->source.command ? (struct file_signature){0}
                                    : file_signature(keys->source.path);
}

/* Under the lock. The signature is taken first, so that a file replaced in the meantime is read
 * again.
 */
static bool keys_adopt(struct node_keys *keys)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_WHY);
        struct seal file = {0};
        bool is_new = false;

        keys->file = signature(keys);
        keys->are_stale = key_source_read(&keys->source, &file, &why) != ERR_OK ||
                          fits_database(keys, &file, &why) != ERR_OK;
        if (!keys->are_stale)
                is_new = seal_adopt(&keys->seal, &file);
        else
                EVENT_FAULT("keys", EVENT_SLICE("why", buf_slice(&why)));
        wipe(&file, sizeof(file));
        if (is_new)
                EVENT(EVENT_INFO, "keys", EVENT_TEXT("what", "the keys were reread"));
        return !keys->are_stale;
}

bool node_keys_reload(struct node_keys *keys)
{
        bool is_adopted;

        pthread_mutex_lock(&keys->lock);
        is_adopted = keys_adopt(keys);
        pthread_mutex_unlock(&keys->lock);
        return is_adopted;
}

/* A missing file is ignored: an operator may move the key away once the server has started. If it
 * is needed, a value sealed with an unknown key will show it. */
static bool has_changed(const struct node_keys *keys)
{
        const struct file_signature none = {0};
        struct file_signature now = signature(keys);

        if (keys->source.command)
                return keys->are_stale && key_source_is_due(&keys->source);
        return !file_signature_equal(&now, &none) && !file_signature_equal(&now, &keys->file);
}

bool node_keys_are_fresh(struct node_keys *keys)
{
        bool are_fresh;

        pthread_mutex_lock(&keys->lock);
        if (has_changed(keys))
                (void)keys_adopt(keys);
        are_fresh = !keys->are_stale;
        pthread_mutex_unlock(&keys->lock);
        return are_fresh;
}

/* The command is not run for every value with an unknown key; another thread may have just run it,
 * so the caller should look again. */
static bool on_unknown_key(void *context)
{
        struct node_keys *keys = context;
        bool is_due;

        pthread_mutex_lock(&keys->lock);
        is_due = key_source_is_due(&keys->source);
        pthread_mutex_unlock(&keys->lock);
        return !is_due || node_keys_reload(keys);
}

static void before_sealing(void *context)
{
        (void)node_keys_are_fresh(context);
}

/* --- at the start --- */

static enum err keys_read(struct node_keys *keys, struct buf *why)
{
        TRY(key_source_read(&keys->source, &keys->seal, why));
        keys->seal.refresh = before_sealing;
        keys->seal.reload = on_unknown_key;
        keys->seal.context = keys;
        return ERR_OK;
}

void node_keys_init(struct node_keys *keys, const struct ports *ports)
{
        *keys = (struct node_keys){.ports = ports};
        pthread_mutex_init(&keys->lock, NULL);
}

void node_keys_deinit(struct node_keys *keys)
{
        if (!keys->ports)
                return;
        key_source_close(&keys->source);
        pthread_mutex_destroy(&keys->lock);
        wipe(keys, sizeof(*keys));
}

enum err node_keys_open(struct node_keys *keys, const struct config *config)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_WHY);
        enum err error = key_source_open(config->keys_master, config->keys_master_command,
                                         &keys->source, &why);

        if (error == ERR_OK)
                error = keys_read(keys, &why);
        if (error != ERR_OK && error != ERR_NOT_FOUND)
                complain_why(&why);
        return error;
}

static enum err made_read(struct node_keys *keys, struct buf *why)
{
        if (!key_source_is_ours(&keys->source, true, why))
                return ERR_NOT_FOUND;
        TRY(key_file_create(keys->source.path, &keys->ports->entropy, why));
        keys->was_made = true;
        return keys_read(keys, why);
}

enum err node_keys_make(struct node_keys *keys)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(LIMIT_WHY);
        enum err error = made_read(keys, &why);

        if (error != ERR_OK)
                complain_why(&why);
        return error;
}

enum err node_keys_check(struct node_keys *keys)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct op op = op_begin(keys->ports, &arena);
        enum err error = database_take_key(&op);

        if (error == ERR_NOT_AUTHENTIC)
                complain("the key %s does not belong to this database; restore the one that was "
                         "created with it",
                         key_source_name(&keys->source));
        else if (error != ERR_OK)
                complain("cannot compare the key with the database: %s",
                         error_info(error)->sentence);
        return error;
}
