/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to a satellite that violates the protocol: it is silent, slow, breaks off, or sends
 * garbage.
 */
#include "base/macros.h"
#include "satellite_calls.h"

TEST(silence_ends_with_our_patience)
{
        static const struct {
                enum stand_in_silence silence;
                enum err outcome;
        } rows[] = {
                {SILENT_AT_ONCE, ERR_SATELLITE_UNAVAILABLE},
                {SILENT_AFTER_HANDSHAKE, ERR_SATELLITE_OUTCOME_UNKNOWN},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                WORLD(world);
                struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

                manner.silence = rows[i].silence;
                world_open(&world, &manner, times_short());
                check_ask(&world, rows[i].outcome);
        }
}

TEST(a_slow_response_is_taken_before_the_timeout_and_not_after)
{
        WORLD(patient);
        WORLD(impatient);
        struct stand_in_manner manner = good_manner(&patient, VECTOR_INFO_RESPONSE);

        manner.pause = 40; /* 54 bytes: more than 2 s */
        world_open(&patient, &manner, satellite_times_default());
        CHECK_OK(ask(&patient));
        world_open(&impatient, &manner, times_short());
        check_ask(&impatient, ERR_SATELLITE_OUTCOME_UNKNOWN);
}

TEST(text_in_the_place_of_tls_is_a_protocol_error)
{
        static const char *const texts[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
                                            "SSH-2.0-OpenSSH_9.2p1\r\n", "DRPC!!!1DRPC!!!1"};

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
                WORLD(world);
                struct stand_in_manner manner = {.plain = slice_from_string(texts[i])};

                world_open(&world, &manner, times_short());
                check_ask(&world, ERR_SATELLITE_PROTOCOL);
        }
}

TEST(garbage_inside_of_tls_is_a_protocol_error)
{
        static const char *const responses[] = {
                "ffffffffffffffffffffffffffffff", /* a number without an end */
                "0501018080808080808080808080",   /* a length without an end */
                "05010180808002",                 /* 4 MiB are promised */
                "51010100",                       /* an unknown kind */
                "050101040a056100",               /* no project */
                "050101020a00",                   /* no salt */
        };

        for (size_t i = 0; i < ARRAY_SIZE(responses); i++) {
                WORLD(world);
                struct stand_in_manner manner = {.response =
                                                         vector_hex(&world.arena, responses[i])};

                world_open(&world, &manner, times_short());
                check_ask(&world, ERR_SATELLITE_PROTOCOL);
        }
}

TEST(four_mebibytes_are_not_read_to_their_end)
{
        WORLD(world);
        struct stand_in_manner manner = {.flood = 4 << 20};

        world_open(&world, &manner, satellite_times_default());
        check_ask(&world, ERR_SATELLITE_PROTOCOL);
}

TEST(the_outcome_is_unknown_where_a_response_is_cut_after_any_byte)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_REVOKE_RESPONSE);

        manner.has_cut = true;
        for (manner.cut = 0; manner.cut < manner.response.size; manner.cut++) {
                WORLD(cut);

                world_open(&cut, &manner, times_short());
                CHECK_ERR(revoke(&cut), ERR_SATELLITE_OUTCOME_UNKNOWN);
        }
        manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        manner.has_cut = true;
        for (manner.cut = 0; manner.cut < manner.response.size; manner.cut++) {
                WORLD(cut);

                world_open(&cut, &manner, times_short());
                check_ask(&cut, ERR_SATELLITE_OUTCOME_UNKNOWN);
        }
}
