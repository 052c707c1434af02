/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said about one refusal instead of its sentence: the value, the fault, and the next step.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"

struct explanation {
        enum err about;    /* said with this refusal only */
        struct slice text; /* printable ASCII without " and \; static, or in the call's arena */
};

/* Replaces what was said before. Absent text changes nothing, and `explanation` may be NULL.
 * Return: `about`. */
enum err explain(struct explanation *explanation, enum err about, struct slice text);

/* Appends what a caller has sent, between single quotes: at most EXPLAIN_VALUE bytes of it, and `?`
 * for each byte that an explanation cannot hold. Never for secrets. */
enum { EXPLAIN_VALUE = 80 };
void explain_value(struct buf *text, struct slice value);
