/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to agtool, read field by field. What is read lives as long as the request's arena; bytes
 * and pointers are NULL for a field that is absent. An invalid field ends the program.
 */
#pragma once

#include <accessgrant.h>
#include <jansson.h>

#include "base/arena.h"

struct request {
        struct arena *arena;
        const json_t *fields;
        json_t *answer;
};

/* Ends the program with a message. */
void refuse(const char *what);

struct ag_bytes get_text(const json_t *object, const char *name);

/* From hex. */
struct ag_bytes get_bytes(const struct request *request, const json_t *object, const char *name);

/* AG_KEY_SIZE bytes. */
const uint8_t *get_key(const struct request *request, const char *name);

/* 0 if absent. */
uint32_t get_number(const struct request *request, const char *name);

const struct ag_time *get_time(const struct request *request, const char *name);

/* The share prefixes of "places". */
struct ag_place *get_places(const struct request *request, size_t *ret_n);

/* Of "raw" or "api_key". */
enum ag_error get_api_key(const struct request *request, ag_api_key **ret_key);

enum ag_error get_grant(const struct request *request, ag_grant **ret_grant);

enum ag_mode get_mode(const struct request *request);

/* "access", or one of "path_cipher" and, if there is one, "root_key". */
enum ag_error get_access(const struct request *request, ag_access **ret_access);
