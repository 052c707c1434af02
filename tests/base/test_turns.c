/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose turn it is.
 */
#include "base/turns.h"

#include "test.h"

enum { N_MOST = 256, PATIENT = 1000 };

/* What waits is written as letters; a job's name is its letter. */
struct world {
        struct turns turns;
        struct turn all[N_MOST];
        char names[N_MOST];
        size_t n;
};

static void world_begin(struct world *world)
{
        *world = (struct world){0};
        turns_init(&world->turns);
}

static struct turn *add(struct world *world, char name, char party, unsigned patience)
{
        struct turn *turn = &world->all[world->n];

        world->names[world->n] = name;
        *turn = (struct turn){.party = {{(uint8_t)party}},
                              .patience = patience,
                              .job = &world->names[world->n++]};
        return turn;
}

/* One job for each letter, whose party it is. */
static void put(struct world *world, const char *letters, unsigned patience)
{
        for (; *letters; letters++)
                turns_put(&world->turns, add(world, *letters, *letters, patience));
}

static char serve(struct world *world)
{
        const struct turn *turn = turns_take(&world->turns);

        return turn ? *(const char *)turn->job : '\0';
}

#define CHECK_ORDER(world, expected)                                                               \
        do {                                                                                       \
                char order[N_MOST + 1] = "";                                                       \
                for (size_t i = 0; i < N_MOST && (order[i] = serve(world)); i++)                   \
                        ;                                                                          \
                CHECK_STRING(order, expected);                                                     \
        } while (0)

TEST(one_party_is_served_in_the_order_in_which_it_came)
{
        struct world world;

        world_begin(&world);
        CHECK_INT(serve(&world), '\0');
        for (const char *letter = "12345"; *letter; letter++)
                turns_put(&world.turns, add(&world, *letter, 'a', PATIENT));
        CHECK_ORDER(&world, "12345");
}

TEST(parties_take_turns)
{
        struct world world;

        world_begin(&world);
        put(&world, "aaaaabbc", PATIENT);
        CHECK_ORDER(&world, "abcabaaa");
}

TEST(who_comes_while_others_have_many_waiting_is_next)
{
        struct world world;

        world_begin(&world);
        put(&world, "aaaaabbbbb", PATIENT);
        CHECK_INT(serve(&world), 'a');
        CHECK_INT(serve(&world), 'b');
        CHECK_INT(serve(&world), 'a');
        put(&world, "c", PATIENT);
        CHECK_INT(serve(&world), 'b'); /* of the same round, and there before */
        CHECK_INT(serve(&world), 'c');
        CHECK_INT(serve(&world), 'a');
}

TEST(nobody_is_put_back_beyond_its_patience)
{
        struct world world;

        world_begin(&world);
        put(&world, "aaa", 3);
        CHECK_INT(serve(&world), 'a');
        for (char party = 'b'; party < 'b' + 3; party++) {
                const char letters[] = {party, '\0'};

                put(&world, letters, 3);
                CHECK_INT(serve(&world), party);
        }
        put(&world, "x", 3);
        CHECK_INT(serve(&world), 'a');
        CHECK_INT(serve(&world), 'a');
        CHECK_INT(serve(&world), 'x');
}

TEST(without_patience_it_is_first_come_first_served)
{
        struct world world;

        world_begin(&world);
        put(&world, "aaabac", 0);
        CHECK_ORDER(&world, "aaabac");
}

TEST(what_may_come_later_does_unless_its_patience_ends)
{
        struct world world;
        struct turn *later;

        world_begin(&world);
        later = add(&world, 'r', 'r', 2);
        later->rank = TURN_LATER;
        turns_put(&world.turns, later);
        put(&world, "aaab", PATIENT);
        CHECK_ORDER(&world, "abraa");
}

TEST(the_parts_of_a_party_take_turns_within_its_turns)
{
        static const char parts[] = "111223";
        struct world world;

        world_begin(&world);
        for (size_t i = 0; parts[i]; i++) {
                struct turn *turn = add(&world, parts[i], 'a', PATIENT);

                turn->part.bytes[0] = (uint8_t)parts[i];
                turns_put(&world.turns, turn);
        }
        put(&world, "bb", PATIENT);
        CHECK_ORDER(&world, "1b2b3121");
}

static uint32_t random_below(uint32_t n)
{
        static uint32_t state = 1;

        state = state * 1664525 + 1013904223;
        return (state >> 16) % n;
}

/* In any order of arrival, no entry waits for more than those before it and its patience. */
TEST(at_random_nobody_waits_longer_than_promised)
{
        enum { ALLOWED = 20 };
        struct {
                unsigned due;
        } due[N_MOST] = {0};
        struct world world;
        unsigned n_served = 0, n_waiting = 0;

        world_begin(&world);
        while (n_served < N_MOST) {
                bool is_put = world.n < N_MOST && n_waiting < ALLOWED && random_below(8) < 5;

                if (is_put) {
                        char party = (char)('a' + (random_below(3) ? 0 : random_below(20)));

                        due[world.n].due = n_served + ALLOWED;
                        n_waiting++;
                        turns_put(&world.turns, add(&world, party, party, ALLOWED - n_waiting));
                } else if (n_waiting) {
                        const struct turn *turn = turns_take(&world.turns);

                        n_served++;
                        n_waiting--;
                        CHECK(n_served <= due[turn - world.all].due);
                }
        }
}
