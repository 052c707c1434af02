/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done only so often (contract 7): failures of strangers in the audit trail, and failures
 * themselves. A budget decides only about requests that failed; who proves himself is never
 * refused by one.
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

/* Whether an unauthenticated failure of `action` by this caller about `subject` is written to the
 * audit trail: the first ten in a minute of each (subject, address) are; the rest are only
 * counted. */
bool limit_lets_audit(const struct ports *ports, const struct caller *caller, const char *action,
                      struct slice subject);

/* What is answered to a refused request that proved nothing: counts it against its address, or the
 * /64 network of it. Return: the refusal; ERR_TOO_MANY_REQUESTS: the address has used its budget of
 * this minute up. What is no refusal is given back uncounted. */
enum err limit_address(const struct ports *ports, const struct caller *caller, enum err refusal);

/* The same of an application that proved itself and was refused for its code.
 * Return: the refusal; ERR_CLIENT_FAILURES. */
enum err limit_client(const struct ports *ports, const struct uuid *client_id, enum err refusal);
