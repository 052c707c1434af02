/* SPDX-License-Identifier: Apache-2.0
 *
 * Putting everything that is sealed under the newest key, a batch at a time, while servers work.
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

struct reseal_counts {
        int64_t n;      /* values that were sealed anew, or opened */
        int64_t n_lost; /* values that no key of the file opens */
};

/* Every value under an older key. The known value comes last, so that its key tells whether this
 * has ever been finished. Return: ERR_OK; faults. */
enum err reseal_all(const struct ports *ports, struct reseal_counts *ret);

/* Whether the last rotation was finished: the known value is under the newest key.
 * Return: ERR_OK; faults. */
enum err reseal_is_finished(const struct ports *ports, struct arena *arena, bool *ret);

/* Opens every value, changing nothing. Return: ERR_OK; faults. */
enum err reseal_try_all(const struct ports *ports, struct reseal_counts *ret);
