/* SPDX-License-Identifier: Apache-2.0
 *
 * Codes that people copy by hand. RFC 8628 section 6.1: of twenty consonants, so that no words come
 * of them and no letter looks like another.
 */
#pragma once

#include "base/buf.h"
#include "core/ports.h"

enum { TYPED_CODE_MOST = 16 }; /* letters */

/* Appends `size` random letters. */
void typed_code_random(const struct entropy_port *entropy, size_t size, struct buf *ret);

/* As people are shown it, in groups of four. */
struct slice typed_code_shown(struct arena *arena, struct slice code);

/* As it was made: the letters in upper case. Spaces and dashes separate. Return: whether it can be
 * one of `size` letters. */
bool typed_code_read(struct slice typed, size_t size, struct buf *ret);
