/* SPDX-License-Identifier: Apache-2.0
 *
 * Events for the log: a name and a few fields, passed to the sink. No field can hold a struct
 * secret, so a secret cannot be logged by accident. The library and the core emit no events.
 *
 *      EVENT(EVENT_INFO, "listening", EVENT_TEXT("address", address), EVENT_INTEGER("port", port));
 *
 * A fault is logged where it arises, with file and line, and only passed on from there.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum event_level { EVENT_DEBUG, EVENT_INFO, EVENT_WARNING, EVENT_ERROR };

struct event_field {
        const char *name;
        const char *text; /* NULL: `slice` or `integer` */
        struct slice slice;
        int64_t integer;
};

struct event {
        enum event_level level;
        const char *name;
        const char *file; /* of a fault; NULL otherwise */
        int line;
        const struct event_field *fields;
        size_t n_fields;
};

#define EVENT_TEXT(name_, text_)                                                                   \
        {                                                                                          \
                .name = (name_), .text = (text_)                                                   \
        }
#define EVENT_SLICE(name_, slice_)                                                                 \
        {                                                                                          \
                .name = (name_), .slice = (slice_)                                                 \
        }
#define EVENT_INTEGER(name_, integer_)                                                             \
        {                                                                                          \
                .name = (name_), .integer = (integer_)                                             \
        }

#define EVENT_AT_(level_, name_, file_, line_, ...)                                                \
        event_emit(&(const struct event){                                                          \
                .level = (level_),                                                                 \
                .name = (name_),                                                                   \
                .file = (file_),                                                                   \
                .line = (line_),                                                                   \
                .fields = (const struct event_field[]){__VA_ARGS__},                               \
                .n_fields = sizeof((const struct event_field[]){__VA_ARGS__}) /                    \
                            sizeof(struct event_field),                                            \
        })

#define EVENT(level_, name_, ...) EVENT_AT_(level_, name_, NULL, 0, __VA_ARGS__)
#define EVENT_FAULT(name_, ...)   EVENT_AT_(EVENT_ERROR, name_, __FILE__, __LINE__, __VA_ARGS__)

/* Receives events; called by any thread. */
typedef void event_sink(const struct event *event);

/* Sets where events go. NULL discards them, which is the default. Call it before threads start. */
void event_sink_set(event_sink *sink);

void event_emit(const struct event *event);
