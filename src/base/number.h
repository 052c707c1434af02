/* SPDX-License-Identifier: Apache-2.0
 *
 * Arithmetic that reports overflow, and numbers read from text. Every size computation on outside
 * input goes through here.
 */
#pragma once

#include "base/slice.h"

/* Return: true and the sum or product, or false if it does not fit (the output is untouched). */
static inline bool size_add(size_t a, size_t b, size_t *ret_sum)
{
        size_t sum;

        if (__builtin_add_overflow(a, b, &sum))
                return false;
        *ret_sum = sum;
        return true;
}

static inline bool size_multiply(size_t a, size_t b, size_t *ret_product)
{
        size_t product;

        if (__builtin_mul_overflow(a, b, &product))
                return false;
        *ret_product = product;
        return true;
}

static inline bool int64_add(int64_t a, int64_t b, int64_t *ret_sum)
{
        int64_t sum;

        if (__builtin_add_overflow(a, b, &sum))
                return false;
        *ret_sum = sum;
        return true;
}

static inline bool int64_multiply(int64_t a, int64_t b, int64_t *ret_product)
{
        int64_t product;

        if (__builtin_mul_overflow(a, b, &product))
                return false;
        *ret_product = product;
        return true;
}

/* Reads the whole slice as a decimal integer: optional '-', no sign '+', no spaces, no leading
 * zeros but "0" itself. Return: false if it is anything else or does not fit. */
bool int64_parse(struct slice text, int64_t *ret_value);
