/* SPDX-License-Identifier: Apache-2.0
 *
 * Going through all sealed values. A value that somebody else changed meanwhile is left to him: he
 * has sealed it under a key that is in the file.
 */
#include "core/upkeep/rekey.h"

#include "base/macros.h"
#include "core/grants/tail.h"

enum { BATCH_ARENA = 64 << 20 };

static const enum seal_purpose purposes[] = {SEAL_CLIENT_SECRET, SEAL_API_KEY, SEAL_PROJECT_SECRET,
                                             SEAL_CAVEAT, SEAL_TAIL};

/* One way through the values. */
struct walk {
        struct op *op;
        bool is_trial; /* open all, seal none anew */
        struct rekey_counts counts;
};

static enum err value_open(struct seal *seal, enum seal_purpose purpose,
                           const struct sealed_value *value, struct arena *arena,
                           struct secret *ret)
{
        if (purpose == SEAL_TAIL)
                return grant_tail_open(seal, arena, &value->row, value->sealed, ret);
        return seal_open(seal, purpose, &value->row, value->sealed, arena, ret);
}

/* Opens a batch and seals it anew; what does not open is left out. Return: ERR_OK; faults. */
static enum err batch_prepare(struct walk *walk, struct arena *arena, enum seal_purpose purpose,
                              struct sealed_value *values, size_t n, size_t *ret_n)
{
        const struct ports *ports = walk->op->ports;
        size_t n_good = 0;

        for (size_t i = 0; i < n; i++) {
                struct sealed_value value = values[i];
                struct secret plain;
                enum err error = value_open(ports->seal, purpose, &value, arena, &plain);

                if (error == ERR_NOT_AUTHENTIC) {
                        walk->counts.n_lost++;
                        continue;
                }
                TRY(error);
                TRY(seal_close(ports->seal, &ports->entropy, purpose, &value.row, plain, arena,
                               &value.anew));
                values[n_good++] = value;
        }
        walk->counts.n += (int64_t)n_good;
        *ret_n = n_good;
        return ERR_OK;
}

/* The next batch behind `after`, which moves on. Return: ERR_OK; ERR_NO_ROW: there is no more;
 * faults. */
static enum err batch_run(struct walk *walk, enum seal_purpose purpose, struct uuid *after)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(BATCH_ARENA);
        struct op op = op_step(walk->op, &arena);
        struct slice key_id = walk->is_trial ? SLICE("") : seal_newest_id(op.ports->seal, &arena);
        struct sealed_value *values;
        size_t n = 0, n_good = 0;

        TRY(store_sealed_list(&op, purpose, key_id, after, &values, &n));
        if (n == 0)
                return ERR_NO_ROW;
        *after = values[n - 1].row;
        TRY(batch_prepare(walk, &arena, purpose, values, n, &n_good));
        if (walk->is_trial || n_good == 0)
                return ERR_OK;
        return store_sealed_replace(&op, purpose, values, n_good);
}

static enum err walk_run(struct walk *walk)
{
        for (size_t i = 0; i < ARRAY_SIZE(purposes); i++) {
                struct uuid after = {0};
                enum err error;

                do
                        error = batch_run(walk, purposes[i], &after);
                while (error == ERR_OK);
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
        struct slice sealed, anew;
        struct secret plain;

        TRY(known_read(&op, &sealed));
        TRY(seal_open(op.ports->seal, SEAL_KNOWN_VALUE, &seal_no_row, sealed, &arena, &plain));
        TRY(seal_close(op.ports->seal, &op.ports->entropy, SEAL_KNOWN_VALUE, &seal_no_row, plain,
                       &arena, &anew));
        return store_meta_replace(&op, SEAL_KNOWN_NAME, sealed, anew);
}

enum err rekey_all(struct op *op, struct rekey_counts *ret)
{
        struct walk walk = {.op = op};

        TRY(walk_run(&walk));
        TRY(known_rekey(op));
        *ret = walk.counts;
        return ERR_OK;
}

enum err rekey_try_all(struct op *op, struct rekey_counts *ret)
{
        struct walk walk = {.op = op, .is_trial = true};

        TRY(walk_run(&walk));
        *ret = walk.counts;
        return ERR_OK;
}
