/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of the configuration that the core sees.
 */
#pragma once

#include "config/config.h"
#include "core/policy.h"

/* The texts are borrowed from the configuration. */
struct policy config_policy(const struct config *config);
