/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of the core, for the length of a block:
 *
 *      CHECK_OK(account_register(OP(&ports, &arena, &caller, NULL), &form, &account));
 */
#pragma once

#include "core/op.h"

/* Caller and account may be NULL. */
static inline struct op op_of(const struct ports *ports, struct arena *arena,
                              const struct caller *caller, const struct uuid *account_id)
{
        struct op op = {.ports = ports, .arena = arena};

        if (ports->clock.now)
                op.now = op_time(&op);
        if (caller)
                op.caller = *caller;
        if (account_id)
                op.account_id = *account_id;
        return op;
}

#define OP(ports, arena, caller, account_id)                                                       \
        ((struct op[]){op_of(ports, arena, caller, account_id)})
