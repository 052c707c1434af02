/* SPDX-License-Identifier: Apache-2.0
 *
 * What an access grant says, for people and for programs. Keys are never shown.
 */
#pragma once

#include <accessgrant.h>
#include <jansson.h>
#include <stdio.h>

/* Everything the grant says, caveat by caveat, and what is left of it all together.
 * Return: a new object; NULL without memory. */
json_t *grant_view_json(const ag_grant *grant);

/* The same in a few lines. */
void grant_view_print(const ag_grant *grant, FILE *file);
