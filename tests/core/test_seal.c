/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing under several keys.
 */
#include "core/upkeep/seal.h"

#include "op_of.h"
#include "test.h"

static const struct uuid row = {{1}}, other_row = {{2}};

static void fill(void *context, void *bytes, size_t size)
{
        static uint8_t next;

        (void)context;
        memset(bytes, ++next, size);
}

/* A call that uses this seal alone. */
#define SEAL_OP(seal_, where)                                                                      \
        OP((&(const struct ports){.seal = (seal_), .entropy = {.fill = fill}}), where, NULL, NULL)

static void key_add(struct seal *seal, uint8_t number)
{
        uint8_t id[SEAL_KEY_ID_SIZE] = {number}, master[32] = {number, 7};

        CHECK(seal_add(seal, id, (struct secret){.hidden = SLICE_ARRAY(master)}));
}

static struct slice sealed_with(struct seal *seal, struct arena *arena)
{
        struct slice sealed;

        CHECK_OK(seal_close(SEAL_OP(seal, arena), SEAL_API_KEY, &row,
                            (struct secret){.hidden = SLICE("plain")}, &sealed));
        return sealed;
}

static enum err opened(struct seal *seal, struct arena *arena, struct slice sealed)
{
        struct secret plain;

        TRY(seal_open(SEAL_OP(seal, arena), SEAL_API_KEY, &row, sealed, &plain));
        CHECK_TEXT(secret_reveal(plain), "plain");
        return ERR_OK;
}

TEST(the_first_key_seals_and_any_opens)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal old = {0}, both = {0};

        key_add(&old, 1);
        key_add(&both, 2);
        key_add(&both, 1);
        CHECK_OK(opened(&both, &arena, sealed_with(&old, &arena)));
        CHECK_HEX(seal_id_of(sealed_with(&both, &arena)), "02000000");
        CHECK_ERR(opened(&old, &arena, sealed_with(&both, &arena)), ERR_NOT_AUTHENTIC);
}

TEST(an_adopted_key_seals_from_then_on)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal live = {0}, read = {0};
        struct slice before;

        key_add(&live, 1);
        before = sealed_with(&live, &arena);
        key_add(&read, 2);
        key_add(&read, 1);
        CHECK(seal_adopt(&live, &read));
        CHECK(!seal_adopt(&live, &read));
        CHECK_HEX(seal_newest_id(&live, &arena), "02000000");
        CHECK_OK(opened(&live, &arena, before));
        CHECK_OK(opened(&read, &arena, sealed_with(&live, &arena)));
}

TEST(a_key_that_left_the_file_is_forgotten)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal live = {0}, read = {0};
        struct slice before;

        key_add(&live, 1);
        key_add(&live, 2);
        before = sealed_with(&live, &arena);
        key_add(&read, 3);
        CHECK(seal_adopt(&live, &read));
        CHECK_ERR(opened(&live, &arena, before), ERR_NOT_AUTHENTIC);
        CHECK_INT(live.n_keys, 1);
        for (size_t i = 0; i < sizeof(live.keys[1]); i++)
                CHECK_INT(((const uint8_t *)&live.keys[1])[i], 0);
}

TEST(any_number_of_rotations_is_adopted)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 18);
        struct seal live = {0};

        key_add(&live, 0);
        for (uint8_t i = 1; i < 200; i++) {
                struct slice before = sealed_with(&live, &arena);
                struct seal read = {0};

                key_add(&read, i);
                key_add(&read, i - 1);
                CHECK(seal_adopt(&live, &read));
                CHECK_INT(seal_newest_id(&live, &arena).data[0], i);
                CHECK_OK(opened(&live, &arena, before));
        }
}

struct file {
        struct seal *live;
        struct seal content;
        int n_read;
};

static bool reload(void *context)
{
        struct file *file = context;

        file->n_read++;
        return seal_adopt(file->live, &file->content);
}

static void refresh(void *context)
{
        (void)reload(context);
}

TEST(a_changed_file_is_read_before_the_next_value_is_sealed)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal live = {.refresh = refresh};
        struct file file = {.live = &live};

        live.context = &file;
        key_add(&live, 1);
        key_add(&file.content, 2);
        CHECK_HEX(seal_id_of(sealed_with(&live, &arena)), "02000000");
}

TEST(an_unknown_key_makes_the_file_be_read_once)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal live = {.reload = reload};
        struct file file = {.live = &live};
        struct slice sealed;

        live.context = &file;
        key_add(&live, 1);
        key_add(&file.content, 2);
        key_add(&file.content, 1);
        sealed = sealed_with(&file.content, &arena);
        CHECK_OK(opened(&live, &arena, sealed));
        CHECK_OK(opened(&live, &arena, sealed));
        CHECK_INT(file.n_read, 1);
}

TEST(a_key_that_is_nowhere_opens_nothing)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal live = {.reload = reload}, stranger = {0};
        struct file file = {.live = &live};

        live.context = &file;
        key_add(&live, 1);
        key_add(&file.content, 1);
        key_add(&stranger, 3);
        CHECK_ERR(opened(&live, &arena, sealed_with(&stranger, &arena)), ERR_NOT_AUTHENTIC);
        CHECK_ERR(opened(&live, &arena, SLICE("abc")), ERR_NOT_AUTHENTIC);
}

TEST(what_is_sealed_opens_by_its_key_purpose_and_row_only)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        struct seal seal = {0}, other = {0};
        struct slice sealed;
        struct secret plain;

        key_add(&seal, 1);
        key_add(&other, 2);
        sealed = sealed_with(&seal, &arena);
        CHECK_ERR(seal_open(SEAL_OP(&seal, &arena), SEAL_API_KEY, &other_row, sealed, &plain),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(seal_open(SEAL_OP(&seal, &arena), SEAL_PROJECT_SECRET, &row, sealed, &plain),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(opened(&other, &arena, sealed), ERR_NOT_AUTHENTIC);
        CHECK_ERR(opened(&seal, &arena, slice_to(sealed, 31)), ERR_NOT_AUTHENTIC);
        CHECK_OK(opened(&seal, &arena, sealed));
}

TEST(a_key_file_holds_so_many_keys_and_the_newest_seals)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
        const uint8_t id[SEAL_KEY_ID_SIZE] = {99};
        struct seal seal = {0};

        for (uint8_t i = 1; i <= SEAL_KEYS; i++)
                key_add(&seal, i);
        CHECK(!seal_add(&seal, id, (struct secret){SLICE("one too many")}));
        CHECK_HEX(seal_id_of(sealed_with(&seal, &arena)), "01000000");
        CHECK_OK(opened(&seal, &arena, sealed_with(&seal, &arena)));
}
