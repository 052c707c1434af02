/* SPDX-License-Identifier: Apache-2.0
 *
 * A port of metadata documents that has one, and remembers nothing.
 */
#pragma once

#include "core/ports.h"
#include "test.h"

struct documents_double {
        const char *text;
        enum err error;
        enum err rejected;
        int n_fetches;
};

static inline enum err double_find(void *context, struct arena *arena, struct slice url,
                                   struct fetched_document *ret)
{
        (void)context;
        (void)arena;
        (void)url;
        (void)ret;
        return ERR_NO_ROW;
}

static inline enum err double_fetch(void *context, struct arena *arena, struct slice url,
                                    struct fetched_document *ret)
{
        struct documents_double *documents = context;

        (void)url;
        documents->n_fetches++;
        TRY(documents->error);
        *ret = (struct fetched_document){
                .text = arena_copy(arena, slice_from_string(documents->text)), .lifetime = 600};
        return arena_check(arena);
}

static inline void double_reject(void *context, struct slice url, enum err outcome)
{
        (void)url;
        ((struct documents_double *)context)->rejected = outcome;
}

/* The caller sets the port's context. */
static inline struct documents_double documents_begin(struct ports *ports)
{
        ports->documents = (struct document_port){
                .find = double_find, .fetch = double_fetch, .reject = double_reject};
        return (struct documents_double){.text = "{}"};
}
