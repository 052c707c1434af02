/* SPDX-License-Identifier: Apache-2.0
 *
 * Log lines, whatever is reported, and where they go.
 */
#include "os/log_line.h"
#include "os/log_sink.h"

#include <unistd.h>

#include "base/files.h"
#include "test.h"

static const struct instant noon = {.ms = 1769860800000};

static void check_text(const struct event *event, const char *expected)
{
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        log_line_text(&line, event, noon);
        CHECK_TEXT(buf_slice(&line), expected);
}

static void check_json(const struct event *event, const char *expected)
{
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        log_line_json(&line, event, noon);
        CHECK_TEXT(buf_slice(&line), expected);
}

TEST(an_event_is_one_line)
{
        const struct event_field fields[] = {EVENT_TEXT("address", "127.0.0.1"),
                                             EVENT_INTEGER("port", 10100),
                                             EVENT_SLICE("path", SLICE("/a b"))};
        const struct event event = {
                .level = EVENT_INFO, .name = "listening", .fields = fields, .n_fields = 3};

        check_text(&event, "2026-01-31T12:00:00Z info listening address=127.0.0.1 port=10100 "
                           "path=\"/a b\"\n");
        check_json(&event, "{\"time\":\"2026-01-31T12:00:00Z\",\"level\":\"info\","
                           "\"event\":\"listening\",\"address\":\"127.0.0.1\",\"port\":10100,"
                           "\"path\":\"/a b\"}\n");
}

TEST(a_fault_says_where)
{
        const struct event event = {
                .level = EVENT_ERROR, .name = "store", .file = "sqlite.c", .line = 7};

        check_text(&event, "2026-01-31T12:00:00Z error store at=sqlite.c:7\n");
        check_json(&event, "{\"time\":\"2026-01-31T12:00:00Z\",\"level\":\"error\","
                           "\"event\":\"store\",\"file\":\"sqlite.c\",\"line\":7}\n");
}

TEST(nothing_that_is_reported_can_end_the_line)
{
        const struct event_field fields[] = {
                EVENT_SLICE("a", SLICE("x\n2026 error forged\r\x1b[2J")),
                EVENT_SLICE("b", SLICE("q\"\\\0z")), EVENT_SLICE("c", SLICE("")),
                EVENT_SLICE("d", SLICE("\xff\xc3\xa9")), EVENT_SLICE("e", SLICE("caf\xc3\xa9"))};
        const struct event event = {
                .level = EVENT_DEBUG, .name = "odd", .fields = fields, .n_fields = 5};

        check_text(&event, "2026-01-31T12:00:00Z debug odd "
                           "a=\"x\\u000a2026 error forged\\u000d\\u001b[2J\" "
                           "b=\"q\\\"\\\\\\u0000z\" c=\"\" d=\"\\u00ff\\u00c3\\u00a9\" "
                           "e=\"caf\xc3\xa9\"\n");
}

TEST(a_long_value_is_cut)
{
        char text[3000] = "";
        const struct event_field fields[] = {EVENT_SLICE("a", slice_new(text, sizeof(text)))};
        const struct event event = {
                .level = EVENT_INFO, .name = "long", .fields = fields, .n_fields = 1};
        struct buf line CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        memset(text, 'x', sizeof(text));
        log_line_json(&line, &event, noon);
        CHECK(!line.failed && line.size < 1100);
}

static struct slice log_read(struct arena *arena, const char *path)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct slice content = {0};

        CHECK_OK(file_read(path, 1 << 16, arena, &content, &why));
        return content;
}

TEST(a_file_takes_events_from_the_level_on_and_is_opened_anew)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        char folder[] = "/tmp/grantd-test-XXXXXX", path[64], moved[64];

        CHECK(mkdtemp(folder) != NULL);
        (void)snprintf(path, sizeof(path), "%s/log", folder);
        (void)snprintf(moved, sizeof(moved), "%s/log.1", folder);
        CHECK_OK(log_open(&(struct log_options){.level = EVENT_WARNING, .path = path}));
        EVENT(EVENT_INFO, "dropped", EVENT_INTEGER("n", 1));
        EVENT(EVENT_WARNING, "kept", EVENT_INTEGER("n", 2));
        CHECK(rename(path, moved) == 0);
        log_reopen();
        EVENT(EVENT_ERROR, "after", EVENT_INTEGER("n", 3));
        log_close();
        EVENT(EVENT_ERROR, "nowhere", EVENT_INTEGER("n", 4));
        CHECK(memmem(log_read(&arena, moved).data, log_read(&arena, moved).size, "kept n=2\n", 9));
        CHECK_INT(log_read(&arena, moved).size, strlen("2026-01-31T12:00:00Z warning kept n=2\n"));
        CHECK_INT(log_read(&arena, path).size, strlen("2026-01-31T12:00:00Z error after n=3\n"));
        (void)unlink(path);
        (void)unlink(moved);
        (void)rmdir(folder);
}

TEST(levels_and_formats_are_words)
{
        enum event_level level;
        enum log_format format;

        CHECK(log_level_decode("warning", &level) && level == EVENT_WARNING);
        CHECK(!log_level_decode("WARNING", &level));
        CHECK(log_format_decode("json", &format) && format == LOG_JSON);
        CHECK(!log_format_decode("xml", &format));
}
