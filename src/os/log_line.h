/* SPDX-License-Identifier: Apache-2.0
 *
 * An event as one line of a log, for people or for programs.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/event.h"

/* "info", "error"; as in log.level. */
const char *event_level_text(enum event_level level);

/*      2026-01-31T12:00:00Z info listening address=127.0.0.1 port=10100
 * Values with spaces, quotes or anything unprintable are quoted and escaped, so that an event is
 * always one line. Ends in a newline. */
void log_line_text(struct buf *out, const struct event *event, struct instant now);

/*      {"time":"...","level":"info","event":"listening","address":"127.0.0.1","port":10100}
 * Bytes that are not UTF-8 text become \u00XX, one each, so the line is always valid JSON. */
void log_line_json(struct buf *out, const struct event *event, struct instant now);
