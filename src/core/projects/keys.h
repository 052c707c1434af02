/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of projects, which are sealed at rest.
 */
#pragma once

#include "core/op.h"
#include "core/store.h"

/* Return: whether its key was created here; otherwise it was imported. */
bool project_is_self_issued(const struct project *project);

/* Opens its raw API key. Return: ERR_OK; faults. */
enum err project_open_api_key(struct op *op, const struct project *project, struct secret *ret);

/* What is stored of a grant so that its satellite can be notified of a revocation; absent for a
 * self-issued project, which has no satellite. Return: ERR_OK; faults. */
enum err project_seal_caveat(struct op *op, const struct project *project,
                             const struct uuid *grant_id, struct slice caveat, struct slice *ret);
