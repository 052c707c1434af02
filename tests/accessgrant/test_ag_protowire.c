/* SPDX-License-Identifier: Apache-2.0
 *
 * The subset of protobuf: what is read, what is not, and the one form that is written.
 */
#include "ag_test.h"

#include "accessgrant/protowire.h"

/* Reads a message. Return: the number of fields; -1 if it is malformed. */
static int fields_of(const char *hex)
{
        struct buf message CLEANUP(buf_deinit) = from_hex(hex);
        struct ag_wire wire = {.left = buf_slice(&message)};
        struct ag_field field;
        int n = 0;

        while (ag_wire_next(&wire, &field))
                n++;
        return wire.is_malformed ? -1 : n;
}

TEST(fields_of_all_types_are_walked)
{
        CHECK_INT(fields_of(""), 0);
        CHECK_INT(fields_of("0801"), 1);
        CHECK_INT(fields_of("0800 0a00 0a0161"), 3);
        CHECK_INT(fields_of("09 0102030405060708"), 1);
        CHECK_INT(fields_of("0d 01020304"), 1);
        CHECK_INT(fields_of("4b 0801 4c 0801"), 2);        /* a group */
        CHECK_INT(fields_of("4b 53 0801 54 4c"), 1);       /* a group in a group */
        CHECK_INT(fields_of("88 80 00 81 00"), 1);         /* longer than need be */
        CHECK_INT(fields_of("f8ffffff0f 01"), 1);          /* the highest number */
        CHECK_INT(fields_of("08ffffffffffffffffff01"), 1); /* 64 bits */
}

TEST(malformed_messages_are_refused)
{
        static const char *const rows[] = {
                "08",                         /* no value */
                "0880",                       /* half a value */
                "0a",                         /* no size */
                "0a02 61",                    /* cut */
                "0affffffffffffffffff01 00",  /* a huge size */
                "09 01020304050607",          /* cut */
                "0d 010203",                  /* cut */
                "00 01",                      /* number 0 */
                "80808080 10 01",             /* number 2^29 */
                "f8ffffff ff ff ff ff 7f 01", /* a number of many bits */
                "0c",                         /* an end without a group */
                "0b",                         /* a group without an end */
                "0b 14",                      /* another group's end */
                "0e 00",                      /* type 6 */
                "0f 00",                      /* type 7 */
                "08ffffffffffffffffff02",     /* 65 bits */
                "08ffffffffffffffffffff01",   /* 11 bytes */
                "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b 4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c",
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                CHECK_INT(fields_of(rows[i]), -1);
}

TEST(a_field_of_the_wrong_type_makes_the_message_malformed)
{
        struct ag_wire wire = {.left = slice_new("\x08\x01", 2)};
        struct ag_field field;

        CHECK(ag_wire_next(&wire, &field));
        CHECK_INT(ag_wire_varint(&wire, &field), 1);
        CHECK(!wire.is_malformed);
        CHECK_INT(ag_wire_bytes(&wire, &field).size, 0);
        CHECK(wire.is_malformed);
        CHECK(!ag_wire_next(&wire, &field));
}

TEST(what_is_zero_or_empty_is_not_written_unless_it_is_a_message)
{
        struct buf buf CLEANUP(buf_deinit) = BUF_INIT(100);

        ag_put_uint(&buf, 1, 0);
        ag_put_bytes(&buf, 2, slice_new("", 0));
        CHECK_INT(buf.size, 0);
        ag_put_message(&buf, 2, slice_new(NULL, 0));
        CHECK_HEX(buf_slice(&buf), "1200");
}

TEST(varints_are_written_as_short_as_can_be)
{
        static const struct {
                uint64_t value;
                const char *hex;
        } rows[] = {
                {1, "0801"},
                {127, "087f"},
                {128, "088001"},
                {UINT64_MAX, "08ffffffffffffffffff01"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                struct buf buf CLEANUP(buf_deinit) = BUF_INIT(100);

                ag_put_uint(&buf, 1, rows[i].value);
                CHECK_HEX(buf_slice(&buf), rows[i].hex);
        }
}

TEST(a_full_buffer_remembers_it)
{
        struct buf buf CLEANUP(buf_deinit) = BUF_INIT(3);

        ag_put_bytes(&buf, 1, slice_new("a", 1));
        CHECK_AG_OK(ag_buf_check(&buf));
        ag_put_bytes(&buf, 1, slice_new("a", 1));
        CHECK_AG(ag_buf_check(&buf), AG_ERR_LIMIT);
        CHECK_INT(buf.size, 3);
}
