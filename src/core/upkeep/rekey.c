/* SPDX-License-Identifier: Apache-2.0
 *
 * Iterating over all sealed values. A value that has changed in the meantime is skipped: it is
 * sealed with a key in the file already.
 */
#include "core/upkeep/rekey.h"

#include "base/macros.h"
#include "core/identity/signing_keys.h"

enum { BATCH_ARENA = 64 << 20 };

static const enum seal_purpose purposes[] = {SEAL_CLIENT_SECRET, SEAL_API_KEY, SEAL_PROJECT_SECRET,
                                             SEAL_CAVEAT,        SEAL_TAIL,    SEAL_TOTP};

/* One pass over the values. */
struct walk {
        struct op *op;
        bool is_trial; /* open all, rekey none */
        const struct rekey_watch *watch;
        struct rekey_counts counts;
};

/* Opens a batch and seals it with the newest key; values that do not open are removed from the
 * list.
 * Return: ERR_OK; faults. */
static enum err batch_rekey(struct op *op, struct walk *walk, enum seal_purpose purpose,
                            struct sealed_list *list)
{
        size_t n_good = 0;

        for (size_t i = 0; i < list->n; i++) {
                struct sealed_value value = list->items[i];
                struct secret plain;
                enum err error = seal_open(op, purpose, &value.row, value.sealed, &plain);

                if (error == ERR_NOT_AUTHENTIC) {
                        walk->counts.n_lost++;
                        continue;
                }
                TRY(error);
                TRY(seal_close(op, purpose, &value.row, plain, &value.rekeyed));
                list->items[n_good++] = value;
        }
        walk->counts.n += (int64_t)n_good;
        list->n = n_good;
        return ERR_OK;
}

/* Processes the next batch after `after`, which is advanced. Return: ERR_OK; ERR_NO_ROW: there is
 * no more; faults. */
static enum err batch_run(struct walk *walk, enum seal_purpose purpose, struct uuid *after)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(BATCH_ARENA);
        struct op op = op_step(walk->op, &arena);
        struct sealed_page page = {
                .purpose = purpose,
                .key_id = walk->is_trial ? SLICE("") : seal_newest_id(op.ports->seal, &arena),
                .after = *after,
        };
        struct rekeyed_values rekeyed = {.purpose = purpose};
        struct sealed_list list;

        TRY(store_sealed_list(&op, &page, &list));
        if (list.n == 0)
                return ERR_NO_ROW;
        *after = list.items[list.n - 1].row;
        TRY(batch_rekey(&op, walk, purpose, &list));
        rekeyed.items = list.items;
        rekeyed.n = list.n;
        return walk->is_trial || list.n == 0 ? ERR_OK : store_sealed_replace(&op, &rekeyed);
}

static void watch_run(const struct walk *walk)
{
        if (walk->watch)
                walk->watch->run(walk->watch->context, &walk->counts);
}

static enum err walk_run(struct walk *walk)
{
        for (size_t i = 0; i < ARRAY_SIZE(purposes); i++) {
                struct uuid after = {0};
                enum err error;

                do {
                        error = batch_run(walk, purposes[i], &after);
                        watch_run(walk);
                } while (error == ERR_OK);
                if (error != ERR_NO_ROW)
                        return error;
        }
        return ERR_OK;
}

/* --- the known value --- */

static enum err known_read(struct op *op, struct slice *ret)
{
        return store_meta_get(op, SEAL_KNOWN_NAME, ret);
}

enum err rekey_is_finished(struct op *op, bool *ret)
{
        struct slice sealed;

        TRY(known_read(op, &sealed));
        *ret = slice_equal(seal_id_of(sealed), seal_newest_id(op->ports->seal, op->arena));
        return arena_check(op->arena);
}

static enum err known_rekey(const struct op *whole)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct op op = op_step(whole, &arena);
        struct named_change change = {.name = SEAL_KNOWN_NAME};
        struct secret plain;

        TRY(known_read(&op, &change.was));
        TRY(seal_open(&op, SEAL_KNOWN_VALUE, &seal_no_row, change.was, &plain));
        TRY(seal_close(&op, SEAL_KNOWN_VALUE, &seal_no_row, plain, &change.value));
        return store_meta_replace(&op, &change);
}

/* Those that a rotation of their own has replaced meanwhile are sealed with a key in the file. */
static enum err signing_rekey(struct walk *walk)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 18);
        struct op op = op_step(walk->op, &arena);
        struct named_change change = {.name = SIGNING_KEYS_NAME};
        struct secret text;
        enum err error = store_meta_get(&op, SIGNING_KEYS_NAME, &change.was);

        if (error == ERR_OK)
                error = seal_open(&op, SEAL_SIGNING_KEYS, &seal_no_row, change.was, &text);
        if (error == ERR_NOT_AUTHENTIC)
                walk->counts.n_lost++;
        if (error == ERR_NO_ROW || error == ERR_NOT_AUTHENTIC)
                return ERR_OK;
        TRY(error);
        walk->counts.n++;
        if (walk->is_trial ||
            slice_equal(seal_id_of(change.was), seal_newest_id(op.ports->seal, &arena)))
                return ERR_OK;
        TRY(seal_close(&op, SEAL_SIGNING_KEYS, &seal_no_row, text, &change.value));
        error = store_meta_replace(&op, &change);
        return error == ERR_NO_ROW ? ERR_OK : error;
}

enum err rekey_all(struct op *op, const struct rekey_watch *watch, struct rekey_counts *ret)
{
        struct walk walk = {.op = op, .watch = watch};

        TRY(walk_run(&walk));
        TRY(signing_rekey(&walk));
        TRY(known_rekey(op));
        *ret = walk.counts;
        return ERR_OK;
}

enum err rekey_try_all(struct op *op, const struct rekey_watch *watch, struct rekey_counts *ret)
{
        struct walk walk = {.op = op, .is_trial = true, .watch = watch};

        TRY(walk_run(&walk));
        TRY(signing_rekey(&walk));
        *ret = walk.counts;
        return ERR_OK;
}
