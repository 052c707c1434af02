/* SPDX-License-Identifier: Apache-2.0
 *
 * What has expired by the rules and is to be removed.
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

/* Removes one batch, LIMIT_CLEANUP rows at most; how many it was comes out.
 * Return: ERR_OK; faults. */
enum err upkeep_clean(const struct ports *ports, struct arena *arena, int64_t *ret_n);

/* How many rows wait. Return: ERR_OK; faults. */
enum err upkeep_waiting(const struct ports *ports, struct arena *arena, int64_t *ret_n);
