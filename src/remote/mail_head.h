/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields of a mail (RFC 5322), whose values are any text.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

/* Writes text as it is if it is printable ASCII, and otherwise as encoded words (RFC 2047) on lines
 * of their own, so that no text can begin another field. */
void mail_head_text(struct buf *out, struct slice text);

/* "Sat, 28 Nov 2026 09:05:00 +0000" */
void mail_head_date(struct buf *out, struct instant at);
