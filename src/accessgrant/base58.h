/* SPDX-License-Identifier: Apache-2.0
 *
 * base58check, the text form of grants, API keys and node ids (docs/protocol/access-grant.md 1.1):
 * the bytes as one big number to the base of 58, behind a version and before a checksum.
 */
#pragma once

#include "accessgrant/words.h"

/* Both are quadratic, so both refuse more than AG_MAX_TEXT characters. The buffer is appended to,
 * and holds nothing new of use on failure. */

/* Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_base58_encode(struct slice bytes, struct buf *text);

/* Return: AG_OK; AG_ERR_TEXT: a character of another alphabet; AG_ERR_LIMIT; AG_ERR_MEMORY. */
AG_MUST_USE enum ag_error ag_base58_decode(struct slice text, struct buf *bytes);

/* Return: AG_OK; AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_base58check_encode(uint8_t version, struct slice payload,
                                                struct buf *text);

/* Return: AG_OK; AG_ERR_TEXT: another alphabet or version, or too short; AG_ERR_CHECKSUM;
 *         AG_ERR_LIMIT; AG_ERR_MEMORY; AG_ERR_CRYPTO. */
AG_MUST_USE enum ag_error ag_base58check_decode(uint8_t version, struct slice text,
                                                struct buf *payload);

/* The same, as text of its own, NUL-terminated; it ends with ag_free(). */
AG_MUST_USE enum ag_error ag_base58check_text(uint8_t version, struct slice payload,
                                              char **ret_text);
