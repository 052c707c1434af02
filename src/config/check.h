/* SPDX-License-Identifier: Apache-2.0
 *
 * What settings mean together: defaults that follow from others, and combinations that would be
 * unsafe.
 */
#pragma once

#include "config/settings.h"

enum { MINT_SLOTS_MAXIMUM = 16 };

/* Fills in http.public_url, keys.master and mint.slots where they are left to us. */
void config_complete(struct arena *arena, struct config *config);

/* Adds a line to `problems` for each thing that would be unsafe or cannot work. */
void config_check(const struct config *config, struct buf *problems);
