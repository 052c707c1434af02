/* SPDX-License-Identifier: Apache-2.0
 *
 * What is done only so often: failures of strangers in the audit trail (contract 7).
 */
#pragma once

#include "oauth/ports.h"
#include "oauth/store_port.h"

/* Whether an unauthenticated failure of `action` by this caller about `subject` is written to the
 * audit trail: the first ten in a minute of each (subject, address) are; the rest are only
 * counted. */
bool limit_lets_audit(const struct ports *ports, const struct caller *caller, const char *action,
                      struct slice subject);
