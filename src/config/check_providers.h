/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking the settings of OpenID Connect providers.
 */
#pragma once

#include "config/settings.h"

/* Adds a line to `problems` for each that is missing, or unsafe beside another. */
void providers_check(const struct config *config, struct buf *problems);
