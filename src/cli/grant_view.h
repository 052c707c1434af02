/* SPDX-License-Identifier: Apache-2.0
 *
 * Shows an access grant, for people and for programs. Keys are never shown.
 */
#pragma once

#include <accessgrant.h>
#include <jansson.h>
#include <stdio.h>

/* Everything in the grant, caveat by caveat, and what they allow together.
 * Return: a new object; NULL without memory. */
json_t *grant_view_json(const ag_grant *grant);

/* The same in a few lines. */
void grant_view_print(const ag_grant *grant, FILE *file);
