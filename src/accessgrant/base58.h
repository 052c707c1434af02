/* SPDX-License-Identifier: Apache-2.0
 *
 * base58check, the text form of grants, API keys and node ids (docs/protocol/access-grant.md 1.1):
 * a version, the bytes, and a checksum as one big number in base 58.
 */
#pragma once

#include "accessgrant/words.h"

/* Both are quadratic, so they refuse more than AG_MAX_TEXT characters. They append to the buffer;
 * on failure what they appended is useless. */

/* Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_base58_encode(struct slice bytes, struct buf *text);

/* Return: AG_OK; AG_ERR_TEXT: a character outside the alphabet; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_base58_decode(struct slice text, struct buf *bytes);

/* Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_base58check_encode(uint8_t version, struct slice payload,
                                                struct buf *text);

/* Return: AG_OK; AG_ERR_TEXT: a character outside the alphabet, another version, or too short;
 *         AG_ERR_CHECKSUM; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_base58check_decode(uint8_t version, struct slice text,
                                                struct buf *payload);

/* The same, as a new NUL-terminated text; free it with ag_free(). */
AG_MUST_USE enum ag_error ag_base58check_text(uint8_t version, struct slice payload,
                                              char **ret_text);
