/* SPDX-License-Identifier: Apache-2.0
 *
 * One call of the core: what it may use, who calls, and when. Every operation of the core and of
 * the store takes it first.
 */
#pragma once

#include "core/ports.h"

/* What the edge knows of who calls. Zeros: the program itself. */
struct caller {
        struct slice request_id;
        struct slice address;
        struct slice user_agent;
        unsigned *wait; /* where the seconds to wait go with ERR_TOO_MANY_REQUESTS; may be NULL */
};

struct op {
        const struct ports *ports;
        struct arena *arena; /* of whatever comes out */
        struct caller caller;
        struct instant now;     /* when the call began */
        struct uuid account_id; /* whose it is; zeros: nobody's, or not known yet */
};

/* A call that begins now, by the program itself and for nobody: set `caller` and `account_id` where
 * there is somebody. The ports and the arena must outlive it. */
static inline struct op op_begin(const struct ports *ports, struct arena *arena)
{
        return (struct op){
                .ports = ports,
                .arena = arena,
                .now = ports->clock.now(ports->clock.context),
        };
}

/* The time now, for what takes long. */
static inline struct instant op_time(const struct op *op)
{
        return op->ports->clock.now(op->ports->clock.context);
}

/* A step of a long call: the same with an arena of its own, and beginning now. */
static inline struct op op_step(const struct op *op, struct arena *arena)
{
        struct op step = *op;

        step.arena = arena;
        step.now = op_time(op);
        return step;
}
