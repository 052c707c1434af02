/* SPDX-License-Identifier: Apache-2.0
 *
 * Segment encoding (docs/protocol/access-grant.md 8.5): an encrypted component in bytes without
 * 0x00, 0x2f '/' and 0xff, so that it can stand in a path.
 */
#pragma once

#include "accessgrant/words.h"

/* Appends the encoded form. */
void ag_segment_encode(struct slice segment, struct buf *encoded);

/* Appends what was encoded.
 * Return: whether it is well-formed; the buffer's own error is another matter. */
bool ag_segment_decode(struct slice encoded, struct buf *segment);
