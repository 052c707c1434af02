/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls to a satellite's stand-in: a world has a stand-in and the client that calls it.
 *
 *      SATELLITE(world, VECTOR_INFO_RESPONSE, times_short());
 *
 *      CHECK_OK(ask(&world));
 */
#pragma once

#include "base/monotonic.h"
#include "remote/satellite/satellite.h"
#include "stand_in.h"
#include "vectors.h"

/* Milliseconds; short enough for a test of silence, and long enough for a slow machine. */
enum { PATIENCE = 1500, PATIENCE_ALL = 4000, A_HANG = 8000 };

/* One stand-in and the client that calls it. */
struct world {
        struct arena arena;
        struct allowlist allowlist;
        struct satellites *satellites;
        struct satellite_port port;
        struct stand_in *stand_in;
};

static inline void world_deinit(struct world *world)
{
        satellites_free(world->satellites);
        stand_in_freep(&world->stand_in);
        arena_deinit(&world->arena);
}

/* Timeouts that a test of silence can wait for. */
static inline struct satellite_times times_short(void)
{
        return (struct satellite_times){.connect = PATIENCE,
                                        .handshake = PATIENCE,
                                        .call = PATIENCE,
                                        .all = PATIENCE_ALL,
                                        .idle = 60000};
}

/* Starts a stand-in with this behaviour, and a client that may call any loopback address. */
static inline void world_open(struct world *world, const struct stand_in_manner *manner,
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

/* Declares a world, which is closed at the end of its scope. */
#define WORLD(name) struct world name CLEANUP(world_deinit) = {.arena = ARENA_INIT(1 << 20)}

static inline struct secret key_of(struct world *world, const char *hex)
{
        return (struct secret){.hidden = vector_hex(&world->arena, hex)};
}

/* Responds to every call with these bytes, given in hex, on the stream of the call. */
static inline struct stand_in_manner good_manner(struct world *world, const char *hex)
{
        return (struct stand_in_manner){.response = vector_hex(&world->arena, hex),
                                        .is_numbered = true};
}

/* For the length of a test: a world whose stand-in responds so. */
#define SATELLITE(name, response, times)                                                           \
        WORLD(name);                                                                               \
        world_open(&(name), (struct stand_in_manner[]){good_manner(&(name), response)}, times)

/* Asks for the project of the known key. Return: the client's outcome. */
static inline enum err ask_at(struct world *world, struct slice address,
                              struct satellite_project *ret)
{
        return world->port.project_info(world->port.context, &world->arena, address,
                                        key_of(world, VECTOR_KEY), ret);
}

static inline enum err ask(struct world *world)
{
        struct satellite_project project;

        return ask_at(world, stand_in_address(world->stand_in), &project);
}

/* Revokes the known child. Return: the client's outcome. */
static inline enum err revoke(struct world *world)
{
        return world->port.revoke(world->port.context, stand_in_address(world->stand_in),
                                  key_of(world, VECTOR_KEY), key_of(world, VECTOR_CHILD));
}

/* Asks, and checks that it ends as expected and does not hang. */
static inline void check_ask(struct world *world, enum err expected)
{
        int64_t began = monotonic_now();

        CHECK_ERR(ask(world), expected);
        CHECK(monotonic_now() - began < A_HANG * MONOTONIC_MILLISECOND);
}
