/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabularies that clients use.
 */
#pragma once

#include "http/vocabulary.h"

/* The codes of docs/protocol/http.md 9, for JSON without grant_type and for the pages. */
extern const struct vocabulary vocabulary_grantd;

/* The codes of RFC 6749 section 5.2, for forms and for JSON with grant_type. */
extern const struct vocabulary vocabulary_rfc6749;

/* The same where an access grant is the token: RFC 6750 section 3.1. */
extern const struct vocabulary vocabulary_bearer;

/* The same for a client that tried HTTP Basic: if it is not authenticated, that is a 401. */
extern const struct vocabulary vocabulary_rfc6749_basic;

/* The codes of RFC 7591 section 3.2.2, for registration; those of RFC 6749 for the rest. */
extern const struct vocabulary vocabulary_rfc7591;
