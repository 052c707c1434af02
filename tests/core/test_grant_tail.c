/* SPDX-License-Identifier: Apache-2.0
 *
 * Tails of grants at rest.
 */
#include "core/grants/tail.h"

#include "op_of.h"
#include "os/entropy.h"
#include "test.h"

static const struct uuid grant = {{1}}, other_grant = {{2}};
static const struct slice tail = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

struct world {
        struct arena arena;
        struct seal seal;
        struct ports ports;
};

static void world_begin(struct world *world)
{
        uint8_t id[SEAL_KEY_ID_SIZE] = {1}, master[32] = {7};

        *world = (struct world){.arena = ARENA_INIT(1 << 16)};
        world->ports = (struct ports){.seal = &world->seal, .entropy = os_entropy()};
        CHECK(seal_add(&world->seal, id, (struct secret){.hidden = SLICE_ARRAY(master)}));
}

static void world_end(struct world *world)
{
        arena_deinit(&world->arena);
}

TEST(a_tail_is_sealed_for_its_grant_and_opens_for_no_other)
{
        struct world world CLEANUP(world_end);
        struct slice sealed;
        struct secret opened;

        world_begin(&world);
        CHECK_OK(
                grant_tail_seal(OP(&world.ports, &world.arena, NULL, NULL), &grant, tail, &sealed));
        CHECK(!memmem(sealed.data, sealed.size, tail.data, 8));
        CHECK_OK(grant_tail_open(OP(&world.ports, &world.arena, NULL, NULL), &grant, sealed,
                                 &opened));
        CHECK(slice_equal(secret_reveal(opened), tail));
        CHECK_ERR(grant_tail_open(OP(&world.ports, &world.arena, NULL, NULL), &other_grant, sealed,
                                  &opened),
                  ERR_NOT_AUTHENTIC);
}

TEST(what_is_not_sealed_is_no_tail)
{
        struct world world CLEANUP(world_end);
        struct secret opened;

        world_begin(&world);
        CHECK_ERR(
                grant_tail_open(OP(&world.ports, &world.arena, NULL, NULL), &grant, tail, &opened),
                ERR_NOT_AUTHENTIC);
}
