/* SPDX-License-Identifier: Apache-2.0
 *
 * How many files and connections this process may have open at once.
 */
#pragma once

#include <stdint.h>

/* Raises the limit to `wanted`, or as far as the system allows; never lowers it. Return: the
 * current limit. */
uint64_t descriptors_raise(uint64_t wanted);
