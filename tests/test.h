/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests that read as statements and register themselves, over cmocka:
 *
 *      #include "test.h"
 *      TEST(an_empty_key_is_refused)
 *      {
 *              CHECK_ERR(key_parse(SLICE("")), ERR_FIELD_MISSING);
 *      }
 *
 * One file is one program; tests/test_main.c runs what has registered.
 */
#pragma once

/* cmocka needs the first four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/slice.h"

void test_register(const char *name, void (*function)(void **state));

#define TEST(name)                                                                                 \
        static void test_##name(void **state);                                                     \
        __attribute__((constructor)) static void register_##name(void)                             \
        {                                                                                          \
                test_register(#name, test_##name);                                                 \
        }                                                                                          \
        static void test_##name(void **state __attribute__((unused)))

#define CHECK(condition)   assert_true(condition)
#define CHECK_OK(expr)     CHECK_ERR(expr, ERR_OK)
#define CHECK_INT(a, b)    assert_int_equal((a), (b))
#define CHECK_STRING(a, b) assert_string_equal((a), (b))

/* The outcome of `expr`, by name in the message. */
#define CHECK_ERR(expr, expected)                                                                  \
        do {                                                                                       \
                enum err err_ = (expr);                                                            \
                if (err_ != (expected)) {                                                          \
                        print_error("%s:%d: %s gave %s, not %s\n", __FILE__, __LINE__, #expr,      \
                                    error_info(err_)->name, error_info(expected)->name);           \
                        fail();                                                                    \
                }                                                                                  \
        } while (0)

/* A slice against a literal or C string, shown as text in the message. */
#define CHECK_TEXT(slice_, text_)                                                                  \
        do {                                                                                       \
                struct slice got_ = (slice_);                                                      \
                struct slice want_ = slice_from_string(text_);                                     \
                if (!slice_equal(got_, want_)) {                                                   \
                        print_error("%s:%d: got '%.*s', not '%s'\n", __FILE__, __LINE__,           \
                                    (int)got_.size, got_.data ? (const char *)got_.data : "",      \
                                    want_.data ? (const char *)want_.data : "");                   \
                        fail();                                                                    \
                }                                                                                  \
        } while (0)

/* A slice against lower-case hex. */
#define CHECK_HEX(slice_, hex_)                                                                    \
        do {                                                                                       \
                struct buf text_ CLEANUP(buf_deinit) = BUF_INIT(1 << 20);                          \
                hex_encode(&text_, (slice_));                                                      \
                CHECK_TEXT(buf_slice(&text_), (hex_));                                             \
        } while (0)
