/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing the part of protobuf that access grants use.
 */
#include "accessgrant/protowire.h"

#include "accessgrant/words.h"

enum {
        /* Storj's own reader silently treats a larger number as the end of the message. */
        NUMBER_MAX = (1 << 29) - 1,
        GROUPS_DEEP = 16, /* nested groups; no writer uses even one */
        VARINT_SIZE = 10, /* bytes */
};

bool ag_varint_read(struct slice *left, uint64_t *ret_value)
{
        uint64_t value = 0;

        for (unsigned i = 0; i < VARINT_SIZE && i < left->size; i++) {
                uint8_t byte = left->data[i];

                if (i == VARINT_SIZE - 1 && byte > 1)
                        return false; /* bits beyond the 64th */
                value |= (uint64_t)(byte & 0x7f) << (7 * i);
                if (byte < 0x80) {
                        *left = slice_from(*left, i + 1);
                        *ret_value = value;
                        return true;
                }
        }
        return false;
}

static bool skip(struct slice *left, uint64_t size)
{
        if (size > left->size)
                return false;
        *left = slice_from(*left, (size_t)size);
        return true;
}

static bool read_bytes(struct slice *left, struct slice *ret_bytes)
{
        uint64_t size;

        if (!ag_varint_read(left, &size) || size > left->size)
                return false;
        *ret_bytes = slice_new(left->data, (size_t)size);
        return skip(left, size);
}

static bool read_tag(struct slice *left, struct ag_field *ret_field)
{
        uint64_t tag;

        if (!ag_varint_read(left, &tag) || tag >> 3 == 0 || tag >> 3 > NUMBER_MAX)
                return false;
        *ret_field = (struct ag_field){.number = (uint32_t)(tag >> 3),
                                       .type = (enum ag_wire_type)(tag & 7)};
        return true;
}

static bool skip_group(struct slice *left, uint32_t number, unsigned deep);

/* What comes after the tag. */
static bool read_value(struct slice *left, struct ag_field *field, unsigned deep)
{
        switch (field->type) {
        case AG_WIRE_VARINT:
                return ag_varint_read(left, &field->varint);
        case AG_WIRE_FIXED64:
                return skip(left, 8);
        case AG_WIRE_BYTES:
                return read_bytes(left, &field->bytes);
        case AG_WIRE_GROUP:
                return skip_group(left, field->number, deep + 1);
        case AG_WIRE_FIXED32:
                return skip(left, 4);
        case AG_WIRE_GROUP_END:
                break;
        }
        return false; /* an end without a start, or an invalid type */
}

static bool skip_group(struct slice *left, uint32_t number, unsigned deep)
{
        struct ag_field field;

        if (deep > GROUPS_DEEP)
                return false;
        while (read_tag(left, &field)) {
                if (field.type == AG_WIRE_GROUP_END)
                        return field.number == number;
                if (!read_value(left, &field, deep))
                        return false;
        }
        return false;
}

bool ag_wire_next(struct ag_wire *wire, struct ag_field *ret_field)
{
        struct ag_field field;

        if (wire->is_malformed || wire->left.size == 0)
                return false;
        if (!read_tag(&wire->left, &field) || !read_value(&wire->left, &field, 0)) {
                wire->is_malformed = true;
                return false;
        }
        *ret_field = field;
        return true;
}

uint64_t ag_wire_varint(struct ag_wire *wire, const struct ag_field *field)
{
        if (field->type != AG_WIRE_VARINT)
                wire->is_malformed = true;
        return field->varint;
}

struct slice ag_wire_bytes(struct ag_wire *wire, const struct ag_field *field)
{
        if (field->type != AG_WIRE_BYTES)
                wire->is_malformed = true;
        return field->bytes;
}

void ag_put_varint(struct buf *buf, uint64_t value)
{
        for (; value >= 0x80; value >>= 7)
                buf_put_byte(buf, (uint8_t)(value | 0x80));
        buf_put_byte(buf, (uint8_t)value);
}

static void put_tag(struct buf *buf, uint32_t number, enum ag_wire_type type)
{
        ag_put_varint(buf, (uint64_t)number << 3 | type);
}

void ag_put_uint(struct buf *buf, uint32_t number, uint64_t value)
{
        if (value == 0)
                return;
        put_tag(buf, number, AG_WIRE_VARINT);
        ag_put_varint(buf, value);
}

void ag_put_bytes(struct buf *buf, uint32_t number, struct slice bytes)
{
        if (bytes.size)
                ag_put_message(buf, number, bytes);
}

void ag_put_message(struct buf *buf, uint32_t number, struct slice message)
{
        put_tag(buf, number, AG_WIRE_BYTES);
        ag_put_varint(buf, message.size);
        buf_put(buf, message);
}
