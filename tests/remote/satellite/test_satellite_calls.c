/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of a satellite that behaves, and of others that do not.
 */
#include <pthread.h>

#include "base/macros.h"
#include "base/monotonic.h"
#include "remote/satellite/satellite.h"
#include "stand_in.h"
#include "vectors.h"

/* Milliseconds; short enough for a test of silence, and long enough where all is slow. */
enum { PATIENCE = 1500, PATIENCE_ALL = 4000, A_HANG = 8000 };

struct world {
        struct arena arena;
        struct allowlist allowlist;
        struct satellites *satellites;
        struct satellite_port port;
        struct stand_in *stand_in;
        struct slice response;
};

static void world_deinit(struct world *world)
{
        satellites_free(world->satellites);
        stand_in_freep(&world->stand_in);
        arena_deinit(&world->arena);
}

static struct satellite_times times_short(void)
{
        return (struct satellite_times){.connect = PATIENCE,
                                        .handshake = PATIENCE,
                                        .call = PATIENCE,
                                        .all = PATIENCE_ALL,
                                        .idle = 60000};
}

static void world_open(struct world *world, const struct stand_in_manner *manner,
                       struct satellite_times times)
{
        struct satellite_options options = {
                .allowlist = &world->allowlist, .times = times, .calls = 4};

        CHECK(allowlist_parse(&world->arena, SLICE("127.0.0.0/8"), &world->allowlist));
        world->stand_in = stand_in_open(manner);
        world->satellites = satellites_new(&options);
        assert_non_null(world->satellites);
        world->port = satellites_port(world->satellites);
}

#define WORLD(name) struct world name CLEANUP(world_deinit) = {.arena = ARENA_INIT(1 << 20)}

static struct secret key_of(struct world *world, const char *hex)
{
        return (struct secret){.hidden = vector_hex(&world->arena, hex)};
}

/* The response of the known one, on whichever stream it is asked. */
static struct stand_in_manner good_manner(struct world *world, const char *hex)
{
        return (struct stand_in_manner){.response = vector_hex(&world->arena, hex),
                                        .is_numbered = true};
}

static enum err ask_at(struct world *world, struct slice address, struct satellite_project *ret)
{
        return world->port.project_info(world->port.context, &world->arena, address,
                                        key_of(world, VECTOR_KEY), ret);
}

static enum err ask(struct world *world)
{
        struct satellite_project project;

        return ask_at(world, stand_in_address(world->stand_in), &project);
}

static enum err revoke(struct world *world)
{
        return world->port.revoke(world->port.context, stand_in_address(world->stand_in),
                                  key_of(world, VECTOR_KEY), key_of(world, VECTOR_CHILD));
}

/* Asks, and checks that it ends as expected and does not hang. */
static void check_ask(struct world *world, enum err expected)
{
        int64_t began = monotonic_now();

        CHECK_ERR(ask(world), expected);
        CHECK(monotonic_now() - began < A_HANG * MONOTONIC_MILLISECOND);
}

/* --- a satellite that behaves --- */

TEST(the_salt_comes_from_the_satellite)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_project project;

        world_open(&world, &manner, satellite_times_default());
        CHECK_OK(ask_at(&world, stand_in_address(world.stand_in), &project));
        CHECK_HEX(project.salt, VECTOR_SALT);
        CHECK_HEX(project.public_id, VECTOR_PUBLIC_ID);
        CHECK_INT(stand_in_seen(world.stand_in).n_certificates, 2);
        CHECK_INT(stand_in_seen(world.stand_in).n_plain, 8);
}

TEST(a_connection_is_kept_for_the_next_call)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        world_open(&world, &manner, satellite_times_default());
        for (int i = 0; i < 5; i++)
                CHECK_OK(ask(&world));
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 1);
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 5);
}

TEST(a_connection_unused_for_too_long_is_not_used_again)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_times times = satellite_times_default();

        times.idle = 0;
        world_open(&world, &manner, times);
        CHECK_OK(ask(&world));
        CHECK_OK(ask(&world));
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 2);
}

TEST(a_kept_connection_that_has_died_is_replaced)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        manner.has_cut = true; /* before the response to the second call */
        manner.cut = 0;
        manner.cut_from = 1;
        world_open(&world, &manner, times_short());
        CHECK_OK(ask(&world));
        CHECK_ERR(ask(&world), ERR_SATELLITE_OUTCOME_UNKNOWN);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 2);
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 3);
}

TEST(the_response_to_a_revocation_is_an_empty_message)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_REVOKE_RESPONSE);

        world_open(&world, &manner, satellite_times_default());
        CHECK_OK(revoke(&world));
        CHECK_ERR(ask(&world), ERR_SATELLITE_PROTOCOL); /* no project is no response */
}

TEST(a_revocation_with_any_other_response_is_none)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        world_open(&world, &manner, satellite_times_default());
        CHECK_ERR(revoke(&world), ERR_SATELLITE_PROTOCOL);
}

TEST(every_code_of_a_satellite_has_its_outcome)
{
        static const struct {
                const char *response;
                enum err outcome;
        } rows[] = {
                {"07010108"
                 "0000000000000000",
                 ERR_SATELLITE_PROTOCOL},
                {"07010108"
                 "0000000000000003",
                 ERR_SATELLITE_KEY_INVALID},
                {"07010108"
                 "0000000000000007",
                 ERR_SATELLITE_KEY_REFUSED},
                {"07010108"
                 "0000000000000008",
                 ERR_SATELLITE_BUSY},
                {"07010108"
                 "000000000000000c",
                 ERR_SATELLITE_PROTOCOL},
                {"07010108"
                 "000000000000000d",
                 ERR_SATELLITE_FAILED},
                {"07010108"
                 "000000000000000e",
                 ERR_SATELLITE_BUSY},
                {"07010108"
                 "0000000000000002",
                 ERR_SATELLITE_FAILED},
                {"07010108"
                 "ffffffffffffffff",
                 ERR_SATELLITE_FAILED},
                {"07010107"
                 "00000000000007",
                 ERR_SATELLITE_PROTOCOL},
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                WORLD(world);
                struct stand_in_manner manner = good_manner(&world, rows[i].response);

                world_open(&world, &manner, times_short());
                CHECK_ERR(ask(&world), rows[i].outcome);
        }
}

TEST(after_a_refusal_the_connection_goes_on)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_AGAIN_RESPONSE);

        world_open(&world, &manner, satellite_times_default());
        CHECK_ERR(revoke(&world), ERR_SATELLITE_FAILED);
        CHECK_ERR(revoke(&world), ERR_SATELLITE_FAILED);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 1);
}

/* --- who is not the satellite --- */

static void check_mismatch(enum stand_in_chain chain)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct stand_in_seen seen;

        manner.chain = chain;
        world_open(&world, &manner, times_short());
        check_ask(&world, ERR_SATELLITE_IDENTITY_MISMATCH);
        seen = stand_in_seen(world.stand_in);
        CHECK_INT(seen.n_plain, 8); /* the prelude */
        CHECK_INT(seen.n_bytes, 0);
        CHECK_INT(seen.n_handshakes, 0);
        CHECK_INT(seen.n_certificates, 0);
}

TEST(a_leaf_alone_is_an_impostor)
{
        check_mismatch(CHAIN_LEAF);
}

TEST(a_leaf_that_the_authority_has_not_signed_is_an_impostor)
{
        check_mismatch(CHAIN_FOREIGN);
}

TEST(a_signer_that_is_no_authority_is_an_impostor)
{
        check_mismatch(CHAIN_NO_CA);
}

TEST(an_identity_of_a_version_that_does_not_exist_is_an_impostor)
{
        check_mismatch(CHAIN_VERSION_1);
}

TEST(another_satellite_at_the_address_is_told_nothing)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_project project;

        world_open(&world, &manner, times_short());
        CHECK_ERR(ask_at(&world, stand_in_other_address(world.stand_in), &project),
                  ERR_SATELLITE_IDENTITY_MISMATCH);
        CHECK_INT(stand_in_seen(world.stand_in).n_bytes, 0);
        CHECK_INT(stand_in_seen(world.stand_in).n_certificates, 0);
}

#define LOCAL_NAME "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@localhost:7777"

TEST(an_address_that_is_not_allowed_is_not_even_connected_to)
{
        WORLD(world);
        struct satellite_project project;
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);

        world_open(&world, &manner, times_short());
        CHECK(allowlist_parse(&world.arena, SLICE("public"), &world.allowlist));
        check_ask(&world, ERR_SATELLITE_FORBIDDEN);
        /* That a name is known is told nobody. */
        CHECK_ERR(ask_at(&world, SLICE(LOCAL_NAME), &project), ERR_SATELLITE_UNAVAILABLE);
        CHECK_INT(stand_in_seen(world.stand_in).n_connections, 0);
}

TEST(nobody_there_is_a_satellite_that_is_away)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct slice address;
        struct satellite_project project;

        world_open(&world, &manner, times_short());
        address = arena_copy(&world.arena, stand_in_address(world.stand_in));
        stand_in_freep(&world.stand_in);
        CHECK_ERR(ask_at(&world, address, &project), ERR_SATELLITE_UNAVAILABLE);
}

/* --- who does not speak as a satellite does --- */

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

/* --- many at once --- */

struct asking {
        struct world *world;
        enum err outcome;
};

static void *ask_main(void *context)
{
        struct asking *asking = context;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct satellite_project project;

        for (int i = 0; i < 20; i++)
                asking->outcome = asking->world->port.project_info(
                        asking->world->port.context, &arena,
                        stand_in_address(asking->world->stand_in),
                        (struct secret){.hidden = vector_hex(&arena, VECTOR_KEY)}, &project);
        return NULL;
}

TEST(threads_share_the_kept_connections)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct asking askings[4];
        pthread_t threads[4];

        world_open(&world, &manner, satellite_times_default());
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
                askings[i] = (struct asking){.world = &world};
                CHECK(pthread_create(&threads[i], NULL, ask_main, &askings[i]) == 0);
        }
        for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
                (void)pthread_join(threads[i], NULL);
                CHECK_ERR(askings[i].outcome, ERR_OK);
        }
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 80);
        CHECK(stand_in_seen(world.stand_in).n_connections <= 8);
}

TEST(stopping_ends_the_calls_that_wait_and_all_later_ones)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct asking asking = {.world = &world};
        int64_t began = monotonic_now();
        pthread_t thread;

        manner.silence = SILENT_AFTER_HANDSHAKE;
        world_open(&world, &manner, satellite_times_default());
        CHECK(pthread_create(&thread, NULL, ask_main, &asking) == 0);
        while (stand_in_seen(world.stand_in).n_calls == 0)
                ;
        satellites_stop(world.satellites);
        (void)pthread_join(thread, NULL);
        CHECK(asking.outcome == ERR_SATELLITE_UNAVAILABLE); /* of the last of its calls */
        CHECK_INT(stand_in_seen(world.stand_in).n_calls, 1);
        CHECK(monotonic_now() - began < A_HANG * MONOTONIC_MILLISECOND);
}

TEST(connections_that_are_too_old_are_closed_by_tidying)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_times times = satellite_times_default();

        times.idle = 0;
        world_open(&world, &manner, times);
        CHECK_OK(ask(&world));
        satellites_tidy(world.satellites);
        while (stand_in_seen(world.stand_in).n_ended == 0)
                ;
        CHECK_OK(ask(&world));
}

TEST(more_calls_at_once_than_allowed_are_told_so)
{
        WORLD(world);
        struct stand_in_manner manner = good_manner(&world, VECTOR_INFO_RESPONSE);
        struct satellite_options options = {
                .allowlist = &world.allowlist, .times = times_short(), .calls = 0};

        world_open(&world, &manner, times_short());
        satellites_free(world.satellites);
        world.satellites = satellites_new(&options);
        world.port = satellites_port(world.satellites);
        CHECK_ERR(ask(&world), ERR_BUSY);
}
