/* SPDX-License-Identifier: Apache-2.0
 *
 * One call of the core: its ports, its caller, and its time. It is the first parameter of every
 * operation of the core and the store.
 */
#pragma once

#include "base/explanation.h"
#include "core/ports.h"

/* What the edge knows about the caller. Zeros: the program itself. */
struct caller {
        struct slice request_id;
        struct slice address;
        struct slice user_agent;
        struct slice languages;  /* as Accept-Language has them, the best first; absent: none */
        struct slice person;     /* whom a trusted proxy names; absent: nobody */
        struct uuid operator_id; /* the account of the operator who acts, for the audit trail;
                                    zeros: whoever the call is for */
        unsigned *wait; /* receives the seconds to wait with ERR_TOO_MANY_REQUESTS; may be NULL */
        struct explanation *explanation; /* receives what is said of a refusal; may be NULL */
};

struct op {
        const struct ports *ports;
        struct arena *arena; /* for the results */
        struct caller caller;
        struct instant now;     /* when the call began */
        struct uuid account_id; /* the account it is for; zeros: none, or not known yet */
};

/* A call that begins now, by the program itself and for no account: set `caller` and `account_id`
 * if there are any. The ports and the arena must outlive it. */
static inline struct op op_begin(const struct ports *ports, struct arena *arena)
{
        return (struct op){
                .ports = ports,
                .arena = arena,
                .now = ports->clock.now(ports->clock.context),
        };
}

/* Says more about a refusal than its sentence. Return: `about`. */
static inline enum err op_explain(const struct op *op, enum err about, struct slice text)
{
        return explain(op->caller.explanation, about, text);
}

/* Tells who called how many seconds to wait; 0: nothing. Return: `error`. */
static inline enum err op_wait(const struct op *op, int64_t seconds, enum err error)
{
        if (seconds && op->caller.wait)
                *op->caller.wait = (unsigned)seconds;
        return error;
}

/* The current time, for calls that take long. */
static inline struct instant op_time(const struct op *op)
{
        return op->ports->clock.now(op->ports->clock.context);
}

/* A step of a long call: the same, with an arena of its own, and the current time. */
static inline struct op op_step(const struct op *op, struct arena *arena)
{
        struct op step = *op;

        step.arena = arena;
        step.now = op_time(op);
        return step;
}
