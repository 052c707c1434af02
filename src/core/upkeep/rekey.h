/* SPDX-License-Identifier: Apache-2.0
 *
 * Rekeying: seals everything with the newest key, a batch at a time, while servers run.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

struct rekey_counts {
        int64_t n;      /* values that were rekeyed, or opened */
        int64_t n_lost; /* values that no key in the file opens */
};

/* Called after each batch; NULL: nobody looks. */
struct rekey_watch {
        void (*run)(void *context, const struct rekey_counts *counts);
        void *context;
};

/* Rekeys every value under an older key. The known value comes last, so that its key shows whether
 * the last rotation was finished. Return: ERR_OK; faults. */
enum err rekey_all(struct op *op, const struct rekey_watch *watch, struct rekey_counts *ret);

/* Whether the last rotation was finished: the known value is sealed with the newest key.
 * Return: ERR_OK; faults. */
enum err rekey_is_finished(struct op *op, bool *ret);

/* Opens every value without changing anything. Return: ERR_OK; faults. */
enum err rekey_try_all(struct op *op, const struct rekey_watch *watch, struct rekey_counts *ret);
