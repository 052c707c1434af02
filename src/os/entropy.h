/* SPDX-License-Identifier: Apache-2.0
 *
 * The operating system's randomness.
 */
#pragma once

#include "core/ports.h"

struct entropy_port os_entropy(void);
