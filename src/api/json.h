/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON form of the core's values in responses.
 */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/encode.h"
#include "base/json.h"
#include "core/grants/check.h"
#include "core/model.h"
#include "http/fields.h"

/* Each returns a new reference, or NULL without memory, which respond_json() handles. */

json_t *json_from_texts(struct texts texts);
json_t *json_from_outcome(struct slice name);                /* its sentence; absent: null */
json_t *json_from_delivery(const struct delivery *delivery); /* none: null */
json_t *json_from_scope_text(struct slice stored); /* the stored form as a list; absent: null */

json_t *json_from_verdict(const struct grant_verdict *verdict); /* of /grants/check */

/* A decoded list in the core's form. */
struct texts texts_of_field(const struct field_texts *field);
