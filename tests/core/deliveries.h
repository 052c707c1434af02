/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocations and the state of their delivery to a satellite.
 */
#pragma once

#include "core/grants/connected.h"
#include "core/grants/delivery.h"
#include "core/grants/owner_grant.h"
#include "remote.h"

/* Issues an owner's grant of a proven project, and revokes it. */
static inline struct grant revoked(struct remote *remote)
{
        struct owner_grant_form form = {.project_id = remote->project.id, .person = {PASSWORD}};
        struct core *core = &remote->core;
        struct secret text;
        struct grant grant;

        core->now.ms++; /* grants of one millisecond have no order */
        CHECK_OK(owner_grant_make(core_op(core), &core->account, &form, &text));
        grant = core_grant(core);
        CHECK_OK(connected_revoke_grant(core_op(core), &grant.id, &grant));
        return grant;
}

static inline struct delivery delivery_now(struct remote *remote)
{
        return core_grant(&remote->core).delivery;
}

static inline void deliver(struct remote *remote, size_t expected)
{
        size_t n = 99;

        CHECK_OK(delivery_run_due(core_op(&remote->core), &remote->desk, NULL, &n));
        CHECK_INT(n, expected);
}
