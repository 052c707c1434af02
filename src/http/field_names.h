/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of fields that were probably meant to be others: "redirectUri" for "redirect_uri".
 */
#pragma once

#include <jansson.h>

#include "base/slice.h"

/* The member of an object that is written like `name` but for case, hyphens and underscores.
 * Return: its name, which is the object's; NULL: there is none. */
const char *field_name_respelt(const json_t *object, const char *name);

/* As above, or one that differs from `name` by one byte. */
const char *field_name_meant(const json_t *object, const char *name);
