/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of protobuf that access grants use (docs/protocol/access-grant.md 1.3). A reader is a
 * loop, followed by one check for errors:
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
 * Fields may come in any order and number; the reader of a message decides what that means. Output
 * is canonical: zero and empty values are omitted, and varints are as short as possible.
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
        bool is_malformed; /* truncated, or not valid protobuf */
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

/* The value of a field that must have this type; otherwise the message is marked malformed. */
uint64_t ag_wire_varint(struct ag_wire *wire, const struct ag_field *field);
struct slice ag_wire_bytes(struct ag_wire *wire, const struct ag_field *field);

/* Reads a varint of at most 10 bytes, of canonical length or longer; macaroons use them too.
 * Return: false if it is truncated or does not fit. */
bool ag_varint_read(struct slice *left, uint64_t *ret_value);

void ag_put_varint(struct buf *buf, uint64_t value);

/* A number; omitted if it is 0. Negative ones are sign-extended by the caller's cast. */
void ag_put_uint(struct buf *buf, uint32_t number, uint64_t value);

/* Bytes; omitted if there are none. */
void ag_put_bytes(struct buf *buf, uint32_t number, struct slice bytes);

/* A message, even if it is empty. */
void ag_put_message(struct buf *buf, uint32_t number, struct slice message);
