/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing log lines. Values may come from outside: none of their bytes can end the line.
 */
#include "os/log_line.h"

#include <stdio.h>

enum { LIMIT_VALUE = 1000 }; /* of a field; the rest is cut off */

const char *event_level_text(enum event_level level)
{
        switch (level) {
        case EVENT_DEBUG:
                return "debug";
        case EVENT_INFO:
                return "info";
        case EVENT_WARNING:
                return "warning";
        case EVENT_ERROR:
                return "error";
        }
        return "error";
}

static bool is_plain(uint8_t byte)
{
        return byte > ' ' && byte < 0x7f && byte != '"' && byte != '\\' && byte != '=';
}

static void escaped_put(struct buf *out, uint8_t byte)
{
        char escape[8];

        if (byte == '"' || byte == '\\')
                (void)snprintf(escape, sizeof(escape), "\\%c", byte);
        else
                (void)snprintf(escape, sizeof(escape), "\\u%04x", byte);
        buf_put_string(out, escape);
}

/* Both formats escape in the same way. Harmless UTF-8 is unchanged; otherwise each byte that is not
 * printable ASCII is escaped. */
static void quoted_put(struct buf *out, struct slice text)
{
        bool is_text = slice_is_utf8(text) && slice_is_plain_text(text);

        text = slice_to(text, LIMIT_VALUE);
        is_text = is_text && slice_is_utf8(text); /* the cut may be inside a character */
        buf_put_byte(out, '"');
        for (size_t i = 0; i < text.size; i++) {
                uint8_t byte = text.data[i];

                if (is_plain(byte) || byte == ' ' || byte == '=' || (is_text && byte >= 0x80))
                        buf_put_byte(out, byte);
                else
                        escaped_put(out, byte);
        }
        buf_put_byte(out, '"');
}

static void text_put(struct buf *out, struct slice text)
{
        bool plain = text.size > 0 && text.size <= LIMIT_VALUE;

        for (size_t i = 0; plain && i < text.size; i++)
                plain = is_plain(text.data[i]);
        if (plain)
                buf_put(out, text);
        else
                quoted_put(out, text);
}

static bool is_number(const struct event_field *field)
{
        return !field->text && !field->slice.data;
}

static struct slice field_text(const struct event_field *field)
{
        return field->text ? slice_from_string(field->text) : field->slice;
}

void log_line_text(struct buf *out, const struct event *event, struct instant now)
{
        instant_encode(out, now);
        buf_put_byte(out, ' ');
        buf_put_string(out, event_level_text(event->level));
        buf_put_byte(out, ' ');
        text_put(out, slice_from_string(event->name));
        for (size_t i = 0; i < event->n_fields; i++) {
                const struct event_field *field = &event->fields[i];

                buf_put_byte(out, ' ');
                buf_put_string(out, field->name);
                buf_put_byte(out, '=');
                if (is_number(field))
                        buf_put_int64(out, field->integer);
                else
                        text_put(out, field_text(field));
        }
        if (event->file) {
                buf_put_string(out, " at=");
                buf_put_string(out, event->file);
                buf_put_byte(out, ':');
                buf_put_int64(out, event->line);
        }
        buf_put_byte(out, '\n');
}

static void member_put(struct buf *out, const char *name)
{
        buf_put_byte(out, ',');
        quoted_put(out, slice_from_string(name));
        buf_put_byte(out, ':');
}

void log_line_json(struct buf *out, const struct event *event, struct instant now)
{
        buf_put_string(out, "{\"time\":\"");
        instant_encode(out, now);
        buf_put_byte(out, '"');
        member_put(out, "level");
        quoted_put(out, slice_from_string(event_level_text(event->level)));
        member_put(out, "event");
        quoted_put(out, slice_from_string(event->name));
        for (size_t i = 0; i < event->n_fields; i++) {
                const struct event_field *field = &event->fields[i];

                member_put(out, field->name);
                if (is_number(field))
                        buf_put_int64(out, field->integer);
                else
                        quoted_put(out, field_text(field));
        }
        if (event->file) {
                member_put(out, "file");
                quoted_put(out, slice_from_string(event->file));
                member_put(out, "line");
                buf_put_int64(out, event->line);
        }
        buf_put_string(out, "}\n");
}
