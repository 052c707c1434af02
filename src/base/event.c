/* SPDX-License-Identifier: Apache-2.0
 *
 * Passes events to the process's one sink.
 */
#include "base/event.h"

static event_sink *process_sink;

void event_sink_set(event_sink *sink)
{
        process_sink = sink;
}

void event_emit(const struct event *event)
{
        if (process_sink)
                process_sink(event);
}
