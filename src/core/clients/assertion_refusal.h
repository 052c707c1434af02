/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a client's JWT, in words for its developer: the mistakes that are made most.
 * All texts are static, for op_explain(); absent: the sentence of the refusal says it all.
 */
#pragma once

#include "core/clients/client_assertion.h"
#include "core/clients/client_secret.h"

/* Of text that client_assertion_parse() refuses with ERR_JWT_MALFORMED. */
struct slice assertion_text_fault(struct slice text);

/* Of claims that client_assertion_check() refuses with `error`. */
struct slice assertion_claims_fault(const struct client_assertion *assertion,
                                    const struct assertion_rules *rules, enum err error);

/* Of a JWT that none of the secrets has signed: whether it is signed with one of them in another
 * form. All forms of all secrets are tried, as client_secret_verify() does. */
struct slice assertion_key_fault(const struct client_assertion *assertion,
                                 const struct client_secrets *secrets);
