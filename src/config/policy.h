/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the configuration that the core and the store see.
 */
#pragma once

#include "config/config.h"
#include "core/policy.h"
#include "store/open.h"

/* The texts are borrowed from the configuration. */
struct policy config_policy(const struct config *config);

/* Where the database is. Return: as store_locate(). */
enum err config_store(const struct config *config, struct store_location *ret);
