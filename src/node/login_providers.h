/* SPDX-License-Identifier: Apache-2.0
 *
 * From the settings of OpenID Connect providers to the core's policy.
 */
#pragma once

#include "config/settings.h"
#include "core/policy.h"

/* Reads the secrets that are in files. What it makes is in the arena, its texts the
 * configuration's. Return: ERR_OK; ERR_OUT_OF_MEMORY; as file_read_secret(), with the sentence in
 * `why`. */
enum err login_providers_read(struct arena *arena, const struct config *config,
                              struct policy *policy, struct buf *why);
