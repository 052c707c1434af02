/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory the process holds.
 */
#pragma once

#include <stdint.h>

/* Resident bytes; 0 where the system does not tell. */
uint64_t os_resident_bytes(void);
