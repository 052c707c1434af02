/* SPDX-License-Identifier: Apache-2.0
 *
 * Segment encoding. Three bytes are escapes, each followed by the byte 1 or 2: 0x2e and 0xfe encode
 * themselves and the next byte value, 0x01 encodes itself and the one before.
 */
#include "accessgrant/segment.h"

#include "accessgrant/words.h"

enum { MARK_EMPTY = 0x01, MARK_FILLED = 0x02 };

/* Return: the escape that encodes `byte`; 0 if it needs none. */
static uint8_t escape_of(uint8_t byte)
{
        switch (byte) {
        case 0x00:
        case 0x01:
                return 0x01;
        case 0x2e:
        case 0x2f:
                return 0x2e;
        case 0xfe:
        case 0xff:
                return 0xfe;
        default:
                return 0;
        }
}

/* Return: the lower of the two bytes that `escape` encodes. */
static uint8_t lower_of(uint8_t escape)
{
        return escape == 0x01 ? 0x00 : escape;
}

void ag_segment_encode(struct slice segment, struct buf *encoded)
{
        buf_put_byte(encoded, segment.size ? MARK_FILLED : MARK_EMPTY);
        for (size_t i = 0; i < segment.size; i++) {
                uint8_t byte = segment.data[i], escape = escape_of(byte);

                buf_put_byte(encoded, escape ? escape : byte);
                if (escape)
                        buf_put_byte(encoded, (uint8_t)(byte - lower_of(escape) + 1));
        }
}

/* Return: false if what follows is not "byte" or "escape 1", "escape 2". */
static bool decode_byte(struct slice *left, uint8_t *ret_byte)
{
        uint8_t byte = left->data[0], escape = escape_of(byte), which;

        *left = slice_from(*left, 1);
        *ret_byte = byte;
        if (!escape)
                return true;
        if (byte != escape || left->size == 0) /* 0x00, 0x2f, 0xff; or truncated */
                return false;
        which = left->data[0];
        *left = slice_from(*left, 1);
        *ret_byte = (uint8_t)(lower_of(escape) + which - 1);
        return which == 1 || which == 2;
}

bool ag_segment_decode(struct slice encoded, struct buf *segment)
{
        struct slice left;
        uint8_t mark;

        if (slice_is_empty(encoded))
                return false;
        mark = encoded.data[0];
        left = slice_from(encoded, 1);
        if (mark == MARK_EMPTY)
                return left.size == 0;
        if (mark != MARK_FILLED || left.size == 0)
                return false;
        while (left.size) {
                uint8_t byte;

                if (!decode_byte(&left, &byte))
                        return false;
                buf_put_byte(segment, byte);
        }
        return true;
}
