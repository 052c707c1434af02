/* SPDX-License-Identifier: Apache-2.0
 *
 * How values of the domain look in JSON answers.
 */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "core/grants/check.h"
#include "core/model.h"
#include "http/fields.h"

/* Each gives a new reference, or NULL when memory ran out, which respond_json() answers. */

json_t *json_from_texts(struct texts texts);
json_t *json_from_outcome(struct slice name);                /* its sentence; absent: null */
json_t *json_from_delivery(const struct delivery *delivery); /* none: null */
json_t *json_from_scope_text(struct slice stored); /* the stored form as a list; absent: null */

json_t *json_from_verdict(const struct grant_verdict *verdict); /* of /grants/check */

/* A decoded list as the core takes it. */
struct texts texts_of_field(const struct field_texts *field);
