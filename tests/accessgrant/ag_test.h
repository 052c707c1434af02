/* SPDX-License-Identifier: Apache-2.0
 *
 * What all tests of libaccessgrant use: outcomes by their text, bytes from hex and text.
 */
#pragma once

#include "test.h"

#include "accessgrant/words.h"

/* The outcome of `expr`, by its text in the message. */
#define CHECK_AG(expr, expected)                                                                   \
        do {                                                                                       \
                enum ag_error ag_ = (expr);                                                        \
                if (ag_ != (expected)) {                                                           \
                        print_error("%s:%d: %s gave %d '%s', not %d '%s'\n", __FILE__, __LINE__,   \
                                    #expr, ag_, ag_error_text(ag_), (expected),                    \
                                    ag_error_text(expected));                                      \
                        fail();                                                                    \
                }                                                                                  \
        } while (0)
#define CHECK_AG_OK(expr)            CHECK_AG(expr, AG_OK)

#define CHECK_AG_TEXT(bytes_, text_) CHECK_TEXT(slice_of(bytes_), (text_))
#define CHECK_AG_HEX(bytes_, hex_)   CHECK_HEX(slice_of(bytes_), (hex_))

static inline struct ag_bytes text_bytes(const char *text)
{
        return ag_bytes_new(text, strlen(text));
}

/* Bytes from hex, in memory of their own; spaces are for reading.
 *
 *      struct buf head CLEANUP(buf_deinit) = from_hex("00ff 01");
 */
static inline struct buf from_hex(const char *hex)
{
        struct buf digits CLEANUP(buf_deinit) = BUF_INIT(1 << 20);
        struct buf bytes = BUF_INIT(1 << 20);

        for (; *hex; hex++)
                if (*hex != ' ')
                        buf_put(&digits, slice_new(hex, 1));
        CHECK(hex_decode(buf_slice(&digits), &bytes));
        return bytes;
}

static inline struct ag_bytes buf_bytes(const struct buf *buf)
{
        return ag_of(buf_slice(buf));
}

static inline void key_from_hex(const char *hex, uint8_t ret_key[AG_KEY_SIZE])
{
        struct buf bytes CLEANUP(buf_deinit) = from_hex(hex);

        CHECK_INT(bytes.size, AG_KEY_SIZE);
        memcpy(ret_key, buf_slice(&bytes).data, AG_KEY_SIZE);
}
