/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of protobuf that access grants use (docs/protocol/access-grant.md 1.3). A reader is a
 * loop, and is asked once, at its end, whether all was well:
 *
 *      struct ag_wire wire = {.left = message};
 *      struct ag_field field;
 *
 *      while (ag_wire_next(&wire, &field))
 *              if (field.number == 1)
 *                      bucket = ag_wire_bytes(&wire, &field);
 *      if (wire.is_malformed)
 *              return AG_ERR_MESSAGE;
 *
 * Fields come in any order and number; what a message means by that is its reader's business. What
 * is written is canonical: nothing for zero and empty, and varints as short as can be.
 */
#pragma once

#include "accessgrant/words.h"

enum ag_wire_type {
        AG_WIRE_VARINT = 0,
        AG_WIRE_FIXED64 = 1,
        AG_WIRE_BYTES = 2,
        AG_WIRE_GROUP = 3,
        AG_WIRE_GROUP_END = 4,
        AG_WIRE_FIXED32 = 5,
};

struct ag_wire {
        struct slice left;
        bool is_malformed; /* truncated, or of a form protobuf does not know */
};

/* A field that was read, borrowed from the message. */
struct ag_field {
        uint32_t number;
        enum ag_wire_type type;
        uint64_t varint;    /* of AG_WIRE_VARINT */
        struct slice bytes; /* of AG_WIRE_BYTES; `data` is not NULL */
};

/* Return: true and the next field; false at the end and where the message is malformed. */
bool ag_wire_next(struct ag_wire *wire, struct ag_field *ret_field);

/* The value of a field that must be of this type; otherwise the message becomes malformed. */
uint64_t ag_wire_varint(struct ag_wire *wire, const struct ag_field *field);
struct slice ag_wire_bytes(struct ag_wire *wire, const struct ag_field *field);

/* Reads a varint of at most 10 bytes, however long its form, as macaroons have them too.
 * Return: false if it is cut or does not fit. */
bool ag_varint_read(struct slice *left, uint64_t *ret_value);

void ag_put_varint(struct buf *buf, uint64_t value);

/* A number; nothing if it is 0. Negative ones are sign-extended by the caller's cast. */
void ag_put_uint(struct buf *buf, uint32_t number, uint64_t value);

/* Bytes; nothing if they are none. */
void ag_put_bytes(struct buf *buf, uint32_t number, struct slice bytes);

/* A message, even if it is empty. */
void ag_put_message(struct buf *buf, uint32_t number, struct slice message);
