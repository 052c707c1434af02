/* SPDX-License-Identifier: Apache-2.0
 *
 * Segment encoding (docs/protocol/access-grant.md 8.5): an encrypted component in bytes without
 * 0x00, 0x2f '/' and 0xff, so that it can be part of a path.
 */
#pragma once

#include "accessgrant/words.h"

/* Appends the encoded form. */
void ag_segment_encode(struct slice segment, struct buf *encoded);

/* Appends the decoded bytes. Return: whether it is well-formed; check the buffer separately. */
bool ag_segment_decode(struct slice encoded, struct buf *segment);
