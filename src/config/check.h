/* SPDX-License-Identifier: Apache-2.0
 *
 * Dependencies between settings: defaults derived from other settings, and unsafe combinations.
 */
#pragma once

#include "config/settings.h"

enum { MINT_SLOTS_MAXIMUM = 16 };

/* Fills in http.public_url, keys.master and mint.slots if they are not set. */
void config_complete(struct arena *arena, struct config *config);

/* Adds a line to `problems` for each combination that is unsafe or cannot work. */
void config_check(const struct config *config, struct buf *problems);
