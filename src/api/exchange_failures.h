/* SPDX-License-Identifier: Apache-2.0
 *
 * What the exchanges of a developer's applications were refused for.
 */
#pragma once

#include <jansson.h>

#include "core/store.h"

/* {"code_used": 3}: how many there are of each reason. The caller owns it. Return: ERR_OK; as
 * store_failure_reasons(). */
enum err failures_by_reason(struct op *op, const struct log_filter *filter, json_t **ret);
