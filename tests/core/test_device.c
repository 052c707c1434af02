/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices without a browser: their codes, and what waits for them.
 */
#include "core.h"

#include "core/token/device_access.h"

static enum err enter(struct core *core, const char *text)
{
        struct request_view view;

        return device_enter(core_op(core), slice_from_string(text), &view);
}

TEST(a_user_code_has_eight_letters_of_which_no_words_come)
{
        CORE(core);

        for (int i = 0; i < 50; i++) {
                struct slice code = core_device(&core, TEXTS(SLICE("read"))).user_code;

                CHECK_INT(code.size, 9);
                for (size_t k = 0; k < code.size; k++)
                        CHECK(k == 4 ? code.data[k] == '-'
                                     : strchr("BCDFGHJKLMNPQRSTVWXZ", code.data[k]) != NULL);
        }
}

TEST(what_is_no_user_code_is_unknown)
{
        static const char *const texts[] = {"",          "BCDF",
                                            "BCDFGHJKL", "BCDF-GHJ\xc3\xa9",
                                            "BCDFGHJ0",  "BCDFGHJKBCDFGHJKBCDFGHJK"};
        CORE(core);

        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                CHECK_ERR(enter(&core, texts[i]), ERR_USER_CODE_UNKNOWN);
}

TEST(what_is_sealed_for_a_device_opens_with_its_code_and_number_only)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret code = {SLICE("a device_code")}, other = {SLICE("another one")}, access;
        uint8_t public_key[X25519_SIZE];
        struct slice sealed, again;

        CHECK_OK(device_public_key(code, public_key));
        CHECK_OK(device_access_seal(core_op(&core), SLICE_ARRAY(public_key), 7,
                                    (struct secret){SLICE("access")}, &sealed));
        CHECK_OK(device_access_open(arena, code, 7, sealed, &access));
        CHECK_TEXT(secret_reveal(access), "access");
        CHECK_ERR(device_access_open(arena, other, 7, sealed, &access), ERR_NOT_AUTHENTIC);
        CHECK_ERR(device_access_open(arena, code, 8, sealed, &access), ERR_NOT_AUTHENTIC);
        CHECK_OK(device_access_seal(core_op(&core), SLICE_ARRAY(public_key), 7,
                                    (struct secret){SLICE("access")}, &again));
        CHECK(!slice_equal(sealed, again));
}

TEST(what_is_cut_or_changed_does_not_open)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret code = {SLICE("a device_code")}, access;
        uint8_t public_key[X25519_SIZE];
        struct slice sealed;

        CHECK_OK(device_public_key(code, public_key));
        CHECK_OK(device_access_seal(core_op(&core), SLICE_ARRAY(public_key), 7,
                                    (struct secret){SLICE("access")}, &sealed));
        for (size_t i = 0; i < sealed.size; i++) {
                uint8_t changed[256];

                CHECK_ERR(device_access_open(arena, code, 7, slice_to(sealed, i), &access),
                          ERR_NOT_AUTHENTIC);
                memcpy(changed, sealed.data, sealed.size);
                changed[i] ^= 1;
                CHECK_ERR(device_access_open(arena, code, 7, slice_new(changed, sealed.size),
                                             &access),
                          ERR_NOT_AUTHENTIC);
        }
}

TEST(nothing_is_sealed_for_what_is_no_public_key)
{
        static const uint8_t zeros[X25519_SIZE];
        CORE(core);
        struct secret access = {SLICE("access")};
        struct slice sealed;

        CHECK_ERR(device_access_seal(core_op(&core), SLICE_ARRAY(zeros), 7, access, &sealed),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(device_access_seal(core_op(&core), SLICE("short"), 7, access, &sealed),
                  ERR_NOT_AUTHENTIC);
}

TEST(a_device_gets_the_grant_once_it_is_allowed_and_no_sooner)
{
        CORE(core);
        struct secret waiting = core_device(&core, TEXTS(SLICE("read"))).device_code;
        struct secret allowed =
                core_device_allowed(&core, TEXTS(SLICE("read")), (struct secret){0});
        struct device_form form = core_device_form(&core, waiting);

        CHECK_ERR(core_device_exchange(&core, &form), ERR_DEVICE_PENDING);
        form = core_device_form(&core, allowed);
        CHECK_OK(core_device_exchange(&core, &form));
        form = core_device_form(&core, allowed);
        CHECK_ERR(core_device_exchange(&core, &form), ERR_CODE_USED);
}

TEST(a_device_is_told_that_it_is_too_late)
{
        CORE(core);
        struct secret waiting = core_device(&core, TEXTS(SLICE("read"))).device_code;
        struct secret allowed =
                core_device_allowed(&core, TEXTS(SLICE("read")), (struct secret){0});
        struct device_form form;

        core.now = instant_add_seconds(core.now, DEVICE_LIFETIME);
        form = core_device_form(&core, waiting);
        CHECK_ERR(core_device_exchange(&core, &form), ERR_DEVICE_EXPIRED);
        form = core_device_form(&core, allowed);
        CHECK_ERR(core_device_exchange(&core, &form), ERR_DEVICE_EXPIRED);
}
