/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory the process uses.
 */
#pragma once

#include <stdint.h>

/* Resident bytes; 0 if unknown. */
uint64_t os_resident_bytes(void);
