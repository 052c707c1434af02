/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversions between the types of base/ and those of the public header. Borrowed bytes stay
 * borrowed.
 */
#pragma once

#include <accessgrant.h>

#include "base/buf.h"
#include "base/primitives.h"
#include "base/slice.h"

static inline struct ag_bytes ag_of(struct slice bytes)
{
        return ag_bytes_new(bytes.data, bytes.size);
}

static inline struct slice slice_of(struct ag_bytes bytes)
{
        return slice_new(bytes.data, bytes.size);
}

/* Return: the state of the buffer: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE static inline enum ag_error ag_buf_check(const struct buf *buf)
{
        return !buf->failed ? AG_OK : buf->out_of_memory ? AG_ERR_MEMORY : AG_ERR_LIMIT;
}

/* Return: AG_OK; AG_ERR_WRONG_KEY; AG_ERR_CRYPTO. */
AG_MUST_USE static inline enum ag_error ag_crypto_check(enum primitive result)
{
        static const enum ag_error errors[] = {
                [PRIMITIVE_OK] = AG_OK,
                [PRIMITIVE_NOT_AUTHENTIC] = AG_ERR_WRONG_KEY,
                [PRIMITIVE_FAILED] = AG_ERR_CRYPTO,
        };

        return errors[result];
}
