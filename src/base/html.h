/* SPDX-License-Identifier: Apache-2.0
 *
 * Text in HTML.
 */
#pragma once

#include "base/buf.h"

/* Writes text so that it is only text, between tags or in an attribute's double quotes. */
void html_put(struct buf *out, struct slice text);
