/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls and responses as bytes.
 */
#include "remote/satellite/message.h"
#include "remote/satellite/response.h"
#include "vectors.h"

static void hex_put(struct buf *out, const char *hex)
{
        CHECK(hex_decode(slice_from_string(hex), out));
}

#define ARENA(name)  struct arena name CLEANUP(arena_deinit) = ARENA_INIT(1 << 20)
#define BUFFER(name) struct buf name CLEANUP(buf_deinit) = BUF_INIT(1 << 20)
#define RESPONSE(name, stream_)                                                                    \
        struct response name CLEANUP(response_deinit) = RESPONSE_INIT(stream_)

static struct message_header header_of(struct arena *arena)
{
        return (struct message_header){
                .api_key = {.hidden = vector_hex(arena, VECTOR_KEY)},
                .user_agent = SLICE("grantd/1"),
        };
}

/* --- known responses --- */

TEST(asking_for_the_project_is_written_as_the_networks_own_client_does)
{
        ARENA(arena);
        BUFFER(request);
        BUFFER(out);
        struct message_header header = header_of(&arena);

        message_put_project_info(&request, &header);
        frame_put_call(&out, 1, CALL_PROJECT_INFO, buf_slice(&request));
        CHECK_HEX(buf_slice(&out), VECTOR_INFO_CALL);
        buf_reset(&out);
        frame_put_close(&out, 1);
        CHECK_HEX(buf_slice(&out), "0b010400");
}

TEST(revoking_is_written_as_the_networks_own_client_does)
{
        ARENA(arena);
        BUFFER(request);
        BUFFER(out);
        struct message_header header = header_of(&arena);

        message_put_revoke(&request, &header,
                           (struct secret){.hidden = vector_hex(&arena, VECTOR_CHILD)});
        frame_put_call(&out, 2, CALL_REVOKE_API_KEY, buf_slice(&request));
        CHECK_HEX(buf_slice(&out), VECTOR_REVOKE_CALL);
}

TEST(the_project_is_read_from_the_response)
{
        BUFFER(bytes);
        RESPONSE(response, 1);
        struct message_project project;
        struct slice rest;

        hex_put(&bytes, VECTOR_INFO_RESPONSE);
        rest = buf_slice(&bytes);
        CHECK(response_read(&response, &rest) == RESPONSE_MESSAGE);
        CHECK_INT(rest.size, 0);
        CHECK(message_read_project(buf_slice(&response.data), &project));
        CHECK_HEX(project.salt, VECTOR_SALT);
        CHECK_HEX(project.public_id, VECTOR_PUBLIC_ID);
}

TEST(what_belongs_to_the_call_before_is_ignored)
{
        BUFFER(bytes);
        RESPONSE(response, 2);
        struct slice rest;

        hex_put(&bytes, VECTOR_CLOSE_SEND VECTOR_REVOKE_RESPONSE);
        rest = buf_slice(&bytes);
        CHECK(response_read(&response, &rest) == RESPONSE_MESSAGE);
        CHECK_INT(response.data.size, 0);
}

static void check_error(const char *hex, uint64_t stream, uint64_t code, const char *text)
{
        BUFFER(bytes);
        RESPONSE(response, stream);
        struct response_error error;
        struct slice rest;

        hex_put(&bytes, hex);
        rest = buf_slice(&bytes);
        CHECK(response_read(&response, &rest) == RESPONSE_ERROR);
        CHECK(response_error_read(buf_slice(&response.data), &error));
        CHECK_INT(error.code, code);
        CHECK_TEXT(error.text, text);
}

TEST(errors_have_a_code_and_a_text)
{
        check_error(VECTOR_AGAIN_RESPONSE, 3, 13, "Failed to revoke API key");
        check_error(VECTOR_NONE_RESPONSE, 4, 3, "Invalid API credentials");
}

TEST(an_error_shorter_than_its_code_is_none)
{
        struct response_error error;

        CHECK(!response_error_read(SLICE("1234567"), &error));
        CHECK(response_error_read(SLICE("12345678"), &error));
        CHECK_INT(error.text.size, 0);
}

TEST(a_response_may_come_byte_by_byte)
{
        BUFFER(bytes);
        RESPONSE(response, 1);
        struct slice rest;

        hex_put(&bytes, VECTOR_INFO_RESPONSE);
        for (size_t size = 0; size < bytes.size; size++) {
                rest = slice_to(buf_slice(&bytes), size);
                CHECK(response_read(&response, &rest) == RESPONSE_MORE);
                CHECK_INT(rest.size, size);
        }
}

/* --- packets of several frames --- */

static enum response_step read_hex(struct response *response, const char *hex)
{
        BUFFER(bytes);
        struct slice rest;

        hex_put(&bytes, hex);
        rest = buf_slice(&bytes);
        return response_read(response, &rest);
}

TEST(a_packet_is_put_together_from_its_frames)
{
        RESPONSE(response, 1);

        /* "ab" not done, another stream's frame, "c" done. */
        CHECK(read_hex(&response, "04010102"
                                  "6162"
                                  "05020100"
                                  "05010101"
                                  "63") == RESPONSE_MESSAGE);
        CHECK_TEXT(buf_slice(&response.data), "abc");
}

TEST(a_packet_left_unfinished_or_numbered_backwards_is_broken)
{
        RESPONSE(other_number, 1);
        RESPONSE(other_kind, 1);
        RESPONSE(number_zero, 1);

        CHECK(read_hex(&other_number, "0401010161"
                                      "0501020162") == RESPONSE_BROKEN);
        CHECK(read_hex(&other_kind, "0401010161"
                                    "0701010162") == RESPONSE_BROKEN);
        CHECK(read_hex(&number_zero, "0501000161") == RESPONSE_BROKEN);
}

TEST(a_stream_that_ends_first_gives_no_response)
{
        static const char *const ends[] = {"09010100", "0b010100", "0d010100"};

        for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
                RESPONSE(response, 1);

                CHECK(read_hex(&response, ends[i]) == RESPONSE_NONE);
        }
}

TEST(unknown_kinds_are_ignored_only_where_they_say_so)
{
        RESPONSE(ignored, 1);
        RESPONSE(unknown, 1);
        RESPONSE(ours, 1);

        CHECK(read_hex(&ignored, "d1010100"
                                 "0501010161") == RESPONSE_MESSAGE);
        CHECK(read_hex(&unknown, "51010100") == RESPONSE_BROKEN);
        CHECK(read_hex(&ours, "03010100") == RESPONSE_BROKEN);
}

/* --- bounds --- */

TEST(a_frame_says_its_size_and_no_more_than_the_bound_is_taken)
{
        BUFFER(bytes);
        struct slice rest;
        struct frame frame;

        hex_put(&bytes, "050101"
                        "808004"); /* 64 KiB: waited for */
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_MORE);
        buf_reset(&bytes);
        hex_put(&bytes, "050101"
                        "818004"); /* one byte more */
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_BROKEN);
        buf_reset(&bytes);
        hex_put(&bytes, "050101"
                        "80808002"); /* 4 MiB */
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_BROKEN);
}

TEST(numbers_have_ten_bytes_at_most)
{
        BUFFER(bytes);
        struct slice rest;
        struct frame frame;

        hex_put(&bytes, "05"
                        "ffffffffffffffffff01"
                        "0100");
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_READ);
        CHECK(frame.stream == UINT64_MAX);
        buf_reset(&bytes);
        hex_put(&bytes, "05"
                        "ffffffffffffffffff02"
                        "0100");
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_BROKEN);
        buf_reset(&bytes);
        hex_put(&bytes, "05"
                        "8080808080808080808000"
                        "0100");
        rest = buf_slice(&bytes);
        CHECK(frame_read(&rest, &frame) == FRAME_BROKEN);
}

TEST(a_packet_of_many_frames_is_bounded_as_one_is)
{
        RESPONSE(response, 1);
        BUFFER(bytes);
        enum response_step step = RESPONSE_MORE;

        CHECK(hex_decode(SLICE("04010120"), &bytes));
        memset(buf_extend(&bytes, 32), 'x', 32);
        for (size_t i = 0; i <= FRAME_DATA_MAXIMUM / 32 && step == RESPONSE_MORE; i++) {
                struct slice rest = buf_slice(&bytes);

                step = response_read(&response, &rest);
        }
        CHECK(step == RESPONSE_BROKEN);
}

TEST(frames_that_are_ignored_are_counted_too)
{
        RESPONSE(response, 1);
        enum response_step step = RESPONSE_MORE;
        size_t n = 0;

        for (; n <= RESPONSE_TRAFFIC_MAXIMUM / 4 && step == RESPONSE_MORE; n++)
                step = read_hex(&response, "0d070200");
        CHECK(step == RESPONSE_BROKEN);
        CHECK_INT(n, RESPONSE_TRAFFIC_MAXIMUM / 4 + 1);
}

TEST(a_text_from_the_network_is_cleaned_and_cut_for_the_log)
{
        char clean[RESPONSE_TEXT_MAXIMUM + 1];
        char text[300];

        response_text_clean(SLICE("a\n\x1b[31mred\xff"), clean);
        CHECK_STRING(clean, "a??[31mred?");
        memset(text, 'x', sizeof(text));
        response_text_clean(slice_new(text, sizeof(text)), clean);
        CHECK_INT(strlen(clean), RESPONSE_TEXT_MAXIMUM);
}

/* --- messages --- */

static bool project_reads(const char *hex)
{
        BUFFER(bytes);
        struct message_project project;

        hex_put(&bytes, hex);
        return message_read_project(buf_slice(&bytes), &project);
}

TEST(a_salt_has_1_to_64_bytes)
{
        BUFFER(message);
        struct message_project project;

        CHECK(!project_reads(""));
        CHECK(!project_reads("0a00"));
        CHECK(project_reads("0a0161"));
        CHECK(hex_decode(SLICE("0a40"), &message));
        memset(buf_extend(&message, 64), 's', 64);
        CHECK(message_read_project(buf_slice(&message), &project));
        buf_reset(&message);
        CHECK(hex_decode(SLICE("0a41"), &message));
        memset(buf_extend(&message, 65), 's', 65);
        CHECK(!message_read_project(buf_slice(&message), &project));
}

TEST(a_project_that_is_malformed_is_none)
{
        CHECK(!project_reads("0a"));
        CHECK(!project_reads("0a0561"));
        CHECK(!project_reads("0801"));
        CHECK(!project_reads("0a0161"
                             "120161")); /* a public id of one byte */
        CHECK(project_reads("0a0161"
                            "1a0161"
                            "f80701")); /* fields that are not used */
}
