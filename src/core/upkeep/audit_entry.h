/* SPDX-License-Identifier: Apache-2.0
 *
 * An entry of the audit trail.
 */
#pragma once

#include "core/model.h"

/* What an operation writes to the audit trail. Never a secret. */
struct audit_entry {
        const char *action;      /* "login", "code_exchanged", ... */
        const char *outcome;     /* "ok", or the name of the refusal */
        struct uuid account_id;  /* zeros: none */
        struct uuid client_id;   /* the public one; zeros: none */
        struct uuid subject_id;  /* the request, grant or project it is about; zeros: none */
        struct slice request_id; /* the X-Request-Id */
        struct slice address;
        struct instant at;
};
