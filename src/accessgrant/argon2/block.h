/* SPDX-License-Identifier: Apache-2.0
 *
 * The size of a block, RFC 9106 section 3.2.
 */
#pragma once

enum {
        BLOCK_SIZE = 1024, /* bytes */
        BLOCK_WORDS = BLOCK_SIZE / 8,
};
