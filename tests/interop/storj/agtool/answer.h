/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses of agtool: the library's results as fields of a JSON object.
 */
#pragma once

#include <accessgrant.h>
#include <jansson.h>

/* Takes ownership of the value. */
void put(json_t *object, const char *name, json_t *value);

/* In hex. */
void put_bytes(json_t *object, const char *name, struct ag_bytes bytes);

/* "error", by its name, and "text". */
void put_error(json_t *answer, enum ag_error error);

/* Return: AG_OK, or why the text of the object could not be made. */
enum ag_error put_api_key(json_t *answer, const ag_api_key *key);
enum ag_error put_access(json_t *answer, const ag_access *access);
enum ag_error put_grant(json_t *answer, const ag_grant *grant);
