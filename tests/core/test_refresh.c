/* SPDX-License-Identifier: Apache-2.0
 *
 * Refresh tokens: their text, what is sealed under it, and the same response for the same token.
 */
#include "core.h"

#include "core/token/refresh_token.h"
#include "core/token/sealed_access.h"

#define PLACE SLICE("bucket:photos;prefix:2024/")

static struct secret first_token(struct core *core)
{
        struct exchange_form form = core_form(core, core_offline_code(core, PLACE, PASSPHRASE));

        form.may_refresh = true;
        CHECK_OK(core_exchange(core, &form));
        return core->result.refresh_token;
}

static bool is_same(struct secret a, struct secret b)
{
        return slice_equal(secret_reveal(a), secret_reveal(b));
}

/* --- the text --- */

TEST(a_successor_is_of_the_same_family_and_depends_on_token_and_salt)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret token = refresh_token_make(&core.ports.entropy, arena, 7);
        struct secret next = refresh_token_next(arena, token, SLICE("salt"));
        struct refresh_token_parts one = refresh_token_read(secret_reveal(token));
        struct refresh_token_parts two = refresh_token_read(secret_reveal(next));
        struct secret other = refresh_token_make(&core.ports.entropy, arena, 7);

        CHECK_INT(secret_reveal(token).size, 75);
        CHECK_INT(one.no, 7);
        CHECK_INT(two.no, 7);
        CHECK(digest_equal(&one.family, &two.family));
        CHECK(!digest_equal(&one.token, &two.token));
        CHECK(is_same(next, refresh_token_next(arena, token, SLICE("salt"))));
        CHECK(!is_same(next, refresh_token_next(arena, token, SLICE("tals"))));
        CHECK(!is_same(next, refresh_token_next(arena, other, SLICE("salt"))));
        one = refresh_token_read(secret_reveal(other));
        CHECK(!digest_equal(&one.family, &two.family));
}

TEST(other_text_is_no_refresh_token)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret token = refresh_token_make(&core.ports.entropy, arena, 7);
        struct slice text = secret_reveal(token);
        struct buf changed CLEANUP(buf_deinit) = BUF_LOCAL(128);

        CHECK_INT(refresh_token_read(SLICE("")).no, 0);
        CHECK_INT(refresh_token_read(slice_new(text.data, text.size - 1)).no, 0);
        buf_put(&changed, text);
        buf_put_byte(&changed, 'A');
        CHECK_INT(refresh_token_read(buf_slice(&changed)).no, 0);
        changed.data[10] = '+';
        CHECK_INT(refresh_token_read(slice_new(changed.data, text.size)).no, 0);
        memset(changed.data, '_', text.size); /* a number beyond those of rows */
        changed.data[text.size - 1] = '8';
        CHECK_INT(refresh_token_read(slice_new(changed.data, text.size)).no, 0);
        CHECK(secret_is_absent(refresh_token_next(arena, (struct secret){0}, SLICE("salt"))));
}

/* --- using it --- */

TEST(the_same_token_gives_the_same_grant_and_the_same_successor)
{
        CORE(core);
        struct refresh_form form = core_refresh_form(&core, first_token(&core));
        struct exchange_result first;

        core.now = instant_add_seconds(core.now, 100);
        CHECK_OK(core_refresh(&core, &form));
        first = core.result;
        CHECK_INT(first.expires_in, 3600);
        core.now = instant_add_seconds(core.now, 20);
        form = core_refresh_form(&core, form.token);
        form.scope = SLICE("read bucket:photos;prefix:2024/trip/");
        CHECK_OK(core_refresh(&core, &form));
        CHECK(is_same(core.result.access_grant, first.access_grant));
        CHECK(is_same(core.result.refresh_token, first.refresh_token));
        CHECK_INT(core.result.expires_in, 3580);
        CHECK_TEXT(core.result.scope, "read bucket:photos;prefix:2024/ offline_access");
        CHECK_INT(core_n_rows(&core, "access_grant"), 2);
        core.now = instant_add_seconds(core.now, 11);
        form = core_refresh_form(&core, form.token);
        CHECK_ERR(core_refresh(&core, &form), ERR_REFRESH_REUSED);
}

TEST(the_key_is_sealed_under_the_token_of_each_generation)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret old = first_token(&core), new, key;
        struct refresh_form form = core_refresh_form(&core, old);
        int64_t no = refresh_token_read(secret_reveal(old)).no;
        struct refresh_state family;

        CHECK_OK(core_refresh(&core, &form));
        new = core.result.refresh_token;
        CHECK_OK(STORE(&core.world, refresh_find, &no, &family));
        CHECK_OK(access_open(arena, new, no, family.sealed_access, &key));
        CHECK_OK(access_open(arena, old, no, family.previous_access, &key));
        CHECK_ERR(access_open(arena, old, no, family.sealed_access, &key), ERR_NOT_AUTHENTIC);
        CHECK_ERR(access_open(arena, new, no + 1, family.sealed_access, &key), ERR_NOT_AUTHENTIC);
        CHECK(!slice_equal(family.sealed_access, family.previous_access));
}

TEST(a_grant_of_a_family_ends_with_the_family)
{
        CORE(core);
        struct secret token = first_token(&core);
        struct refresh_form form;

        core.policy.refresh_grant_lifetime = 86400;
        core.now = instant_add_seconds(core.now, 86400 - 500); /* grants end after a day here */
        form = core_refresh_form(&core, token);
        CHECK_OK(core_refresh(&core, &form));
        CHECK_INT(core.result.expires_in, 500);
        core.now = instant_add_seconds(core.now, 500);
        form = core_refresh_form(&core, core.result.refresh_token);
        CHECK_ERR(core_refresh(&core, &form), ERR_REFRESH_ENDED);
}

TEST(a_family_ends_while_no_grant_fits_before_the_end_of_the_projects_key)
{
        CORE(core);
        struct refresh_form form = core_refresh_form(&core, first_token(&core));
        char update[128];

        (void)snprintf(update, sizeof(update), "UPDATE project SET key_ends_at = %lld",
                       (long long)core.now.ms + 1000);
        core_update(&core, update);
        CHECK_ERR(core_refresh(&core, &form), ERR_REFRESH_ENDED);
}
