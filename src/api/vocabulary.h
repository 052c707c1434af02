/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabularies that clients use.
 */
#pragma once

#include "http/vocabulary.h"

/* The codes of docs/protocol/http.md 9, for JSON without grant_type and for the pages. */
extern const struct vocabulary vocabulary_grantd;
