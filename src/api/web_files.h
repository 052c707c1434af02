/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of src/web, by name.
 */
#pragma once

#include "base/embedded.h"

/* Return: its bytes; absent: there is none of this name. */
struct slice web_file(const char *name);
