/* SPDX-License-Identifier: Apache-2.0
 *
 * The response if there is no memory to build it: a complete 500, never a part. This program
 * defines jansson's allocator itself, over a malloc that fails on command, so the linker uses this
 * one.
 */
#include "http/respond.h"

#include "api/vocabulary.h"
#include "base/limits.h"
#include "test.h"

static size_t n_left = SIZE_MAX; /* allocations that still succeed */

static void *failing_malloc(size_t size)
{
        if (n_left == 0)
                return NULL;
        n_left--;
        return (malloc)(size);
}

#define malloc(size) failing_malloc(size)
#include "base/json.c"
#undef malloc

struct trial {
        struct arena arena;
        struct http_call call;
};

static void trial_begin(struct trial *trial)
{
        *trial = (struct trial){.arena = ARENA_INIT(1 << 16)};
        trial->call.arena = &trial->arena;
        trial->call.vocabulary = &vocabulary_grantd;
        trial->call.response.body = (struct buf)BUF_INIT(HTTP_RESPONSE_MAXIMUM);
}

static void trial_end(struct trial *trial)
{
        n_left = SIZE_MAX;
        buf_deinit(&trial->call.response.body);
        arena_deinit(&trial->arena);
}

static json_t *answer_build(void)
{
        json_t *object = json_object(), *array = json_array();

        json_append(array, json_from_slice(SLICE("bucket:photos")));
        json_append(array, json_from_instant((struct instant){1767225600000}));
        json_put(object, "name", json_from_slice(SLICE("value")));
        json_put(object, "scopes", array);
        return object;
}

static bool body_is(const struct trial *trial, const char *text)
{
        return slice_equal(buf_slice(&trial->call.response.body), slice_from_string(text));
}

TEST(an_answer_for_which_there_is_no_memory_is_a_500_and_never_a_part_of_it)
{
        static const char whole[] =
                "{\"name\":\"value\",\"scopes\":[\"bucket:photos\",\"2026-01-01T00:00:00Z\"]}";
        size_t n = 0;

        for (bool done = false; !done; n++) {
                struct trial trial CLEANUP(trial_end);

                trial_begin(&trial);
                n_left = n;
                respond_json(&trial.call, 200, answer_build());
                done = n_left > 0;
                if (!done && trial.call.response.status == 200)
                        done = body_is(&trial, whole); /* the last one was the last it needed */
                CHECK_INT(trial.call.response.status, done ? 200 : 500);
                if (done)
                        CHECK(body_is(&trial, whole));
        }
        CHECK(n > 8);
}

TEST(a_thread_that_ran_out_once_answers_the_next_request)
{
        struct trial trial CLEANUP(trial_end);

        trial_begin(&trial);
        n_left = 0;
        respond_json(&trial.call, 200, answer_build());
        CHECK_INT(trial.call.response.status, 500);
        n_left = SIZE_MAX;
        respond_json(&trial.call, 200, answer_build());
        CHECK_INT(trial.call.response.status, 200);
}

TEST(a_fault_takes_the_place_of_what_was_answered_without_an_arena)
{
        struct trial trial CLEANUP(trial_end);

        trial_begin(&trial);
        respond_header(&trial.call, "Set-Cookie", SLICE("a=b"));
        respond_text(&trial.call, 200, "text/plain", SLICE("secret"));
        trial.arena.failed = true;
        respond_fault(&trial.call, ERR_OUT_OF_MEMORY);
        CHECK_INT(trial.call.response.status, 500);
        CHECK_INT(trial.call.response.n_headers, 3);
        CHECK_STRING(trial.call.response.headers[0].value, "application/json");
        CHECK(slice_starts_with(buf_slice(&trial.call.response.body),
                                SLICE("{\"error\":\"internal_error\"")));
}

TEST(a_header_with_a_control_character_breaks_the_response_and_not_the_process)
{
        struct trial trial CLEANUP(trial_end);

        trial_begin(&trial);
        respond_header(&trial.call, "Location", SLICE("/\r\nSet-Cookie: a=b"));
        CHECK(trial.call.response.broken);
        CHECK_INT(trial.call.response.n_headers, 0);
}
