/* SPDX-License-Identifier: Apache-2.0
 *
 * Proving an imported project at its satellite: that the key works there, that grants can be
 * derived from it, and what the salt is.
 */
#pragma once

#include "core/grants/delivery_desk.h"
#include "core/op.h"
#include "core/store.h"

/* What a new project is proven with. */
struct new_proof {
        struct secret api_key; /* raw */
        struct slice salt;     /* absent: the satellite must report it */
};

/* Fills in what the satellite reports about a new project that has an address. If a salt is given
 * and the satellite is unavailable, the project is stored unproven, to be proven later.
 * Return: ERR_OK; as the satellite port; ERR_API_KEY_AUDITABLE; ERR_SALT_DIFFERS; ERR_API_KEY_FULL:
 *         its caveats leave no room for a grant's; ERR_TOO_MANY_REQUESTS, with `caller->wait`. */
enum err project_prove_new(struct op *op, const struct new_proof *proof, struct project *project);

/* Tries to prove some of the unproven projects that are due, if the desk admits it. Return: ERR_OK,
 * and how many were tried; faults. */
enum err project_prove_due(struct op *op, struct delivery_desk *desk, size_t *ret_n);
