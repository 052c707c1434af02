/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of ID tokens over time, and the names by which applications know users.
 */
#include "core.h"
#include "core/identity/id_token.h"
#include "core/identity/logout.h"
#include "core/upkeep/rekey.h"
#include "os/signing_key.h"

/* A new key, of ES256 since that takes no time to make. */
static struct new_signing_keys make(struct core *core)
{
        struct op *op = core_op(core);
        struct signing_key *key = arena_new(op->arena, struct signing_key);
        struct slice der;

        key->public.algorithm = JWT_ES256;
        CHECK_OK(signing_key_make(JWT_ES256, op->arena, &der, &key->public.key));
        key->der = (struct secret){.hidden = der};
        return (struct new_signing_keys){.keys = key, .n = 1};
}

static void begin(struct core *core)
{
        struct new_signing_keys made = make(core);

        CHECK_OK(signing_keys_begin(core_op(core), &made));
}

static enum err rotate(struct core *core, bool at_once)
{
        struct new_signing_keys made = make(core);

        return signing_keys_rotate(core_op(core), &made, at_once);
}

static struct signing_keys read_keys(struct core *core)
{
        struct signing_keys keys;

        CHECK_OK(signing_keys_read(core_op(core), &keys));
        return keys;
}

static size_t n_published(struct core *core)
{
        struct signing_keys keys = read_keys(core);
        size_t n = 0;

        for (size_t i = 0; i < keys.n; i++)
                n += signing_key_is_published(&keys, &keys.keys[i], core->now);
        return n;
}

/* The index of the key that signs. */
static long signer(struct core *core)
{
        struct signing_keys keys = read_keys(core);
        const struct signing_key *key = signing_key_now(&keys, JWT_ES256, core->now);

        return key ? key - keys.keys : -1;
}

TEST(the_first_keys_stay_whoever_comes_later)
{
        CORE(core);
        struct signing_keys first, second;
        bool exist = true;

        CHECK_OK(signing_keys_exist(core_op(&core), &exist));
        CHECK(!exist);
        CHECK_ERR(signing_keys_read(core_op(&core), &first), ERR_INTERNAL);
        begin(&core);
        first = read_keys(&core);
        begin(&core);
        second = read_keys(&core);
        CHECK_OK(signing_keys_exist(core_op(&core), &exist));
        CHECK(exist);
        CHECK_INT(second.n, 1);
        CHECK(slice_equal(first.keys[0].public.id, second.keys[0].public.id));
        CHECK(slice_equal(secret_reveal(first.subject), secret_reveal(second.subject)));
        CHECK_INT(signer(&core), 0);
}

TEST(a_key_is_published_before_it_signs_and_after_it_signed)
{
        CORE(core);

        begin(&core);
        CHECK_OK(rotate(&core, false));
        CHECK_INT(signer(&core), 0);
        CHECK_INT(n_published(&core), 2);
        core.now.ms += (int64_t)SIGNING_KEY_LEAD * 1000 - 1;
        CHECK_INT(signer(&core), 0);
        core.now.ms += 1;
        CHECK_INT(signer(&core), 1);
        CHECK_INT(n_published(&core), 2);
        core.now.ms += (int64_t)ID_TOKEN_LIFETIME * 1000;
        CHECK_INT(n_published(&core), 2);
        core.now.ms += (int64_t)ID_TOKEN_LIFETIME * 1000;
        CHECK_INT(n_published(&core), 1);
        CHECK_INT(signer(&core), 1);
}

TEST(a_rotation_waits_for_the_last_one_and_drops_what_nobody_needs)
{
        CORE(core);

        begin(&core);
        CHECK_OK(rotate(&core, false));
        CHECK_ERR(rotate(&core, false), ERR_CONFLICT);
        CHECK_INT(read_keys(&core).n, 2);
        for (int i = 0; i < 10; i++) {
                core.now.ms += (int64_t)(SIGNING_KEY_LEAD + 2 * ID_TOKEN_LIFETIME) * 1000;
                CHECK_OK(rotate(&core, false));
                CHECK_INT(read_keys(&core).n, 2);
        }
}

TEST(at_once_means_that_the_old_keys_are_gone)
{
        CORE(core);
        struct signing_keys before, after;

        begin(&core);
        CHECK_OK(rotate(&core, false));
        before = read_keys(&core);
        CHECK_OK(rotate(&core, true));
        after = read_keys(&core);
        CHECK_INT(after.n, 1);
        CHECK_INT(signer(&core), 0);
        for (size_t i = 0; i < before.n; i++)
                CHECK(!slice_equal(before.keys[i].public.id, after.keys[0].public.id));
        CHECK(slice_equal(secret_reveal(before.subject), secret_reveal(after.subject)));
}

TEST(an_id_token_is_signed_with_the_key_that_is_published)
{
        CORE(core);
        struct signing_keys keys;
        struct client client = core.client;
        struct id_token token = {.client = &client,
                                 .account_id = core.account.id,
                                 .authentication = {core.now, MEANS_PASSWORD},
                                 .access_token = {SLICE("a grant")}};
        struct secret text;
        struct jwt jwt;

        begin(&core);
        keys = read_keys(&core);
        CHECK_ERR(id_token_sign(core_op(&core), &keys, &token, &text), ERR_INTERNAL); /* no RS256 */
        client.id_tokens_es256 = true;
        CHECK_OK(id_token_sign(core_op(&core), &keys, &token, &text));
        CHECK_OK(jwt_parse(secret_reveal(text), JWT_BIT(JWT_ES256), core_op(&core)->arena, &jwt));
        CHECK(slice_equal(jwt.key_id, keys.keys[0].public.id));
        CHECK_OK(public_key_verify(&keys.keys[0].public.key, JWT_ES256, jwt.signing_input,
                                   jwt.signature));
}

TEST(a_pairwise_subject_depends_on_the_application_and_on_the_secret)
{
        CORE(core);
        struct arena *arena = core_op(&core)->arena;
        struct client one = core.client, other = core.client;
        struct signing_keys keys = {.subject = {SLICE("0123456789abcdef0123456789abcdef")}};
        struct signing_keys others = {.subject = {SLICE("1123456789abcdef0123456789abcdef")}};
        struct slice subject = subject_of(arena, &keys, &one, &core.account.id);

        CHECK_INT(subject.size, 43);
        CHECK(slice_equal(subject, subject_of(arena, &keys, &one, &core.account.id)));
        other.client_id = id_of(4711);
        CHECK(!slice_equal(subject, subject_of(arena, &keys, &other, &core.account.id)));
        CHECK(!slice_equal(subject, subject_of(arena, &others, &one, &core.account.id)));
        one.subject = other.subject = SUBJECT_PUBLIC;
        CHECK(slice_equal(subject_of(arena, &keys, &one, &core.account.id),
                          subject_of(arena, &others, &other, &core.account.id)));
}

TEST(an_id_token_logs_its_person_out_also_when_it_has_expired_and_its_key_signs_no_more)
{
        CORE(core);
        struct session session = {.account = core.account};
        struct id_token token = {.client = &core.client, .account_id = core.account.id};
        struct signing_keys keys;
        struct logout logout;
        struct logout_form form = {0};
        struct secret text;

        begin(&core);
        keys = read_keys(&core);
        core.client.id_tokens_es256 = true;
        CHECK_OK(id_token_sign(core_op(&core), &keys, &token, &text));
        form.hint = secret_reveal(text);
        CHECK_OK(rotate(&core, false));
        core.now.ms += (int64_t)(SIGNING_KEY_LEAD + 2 * ID_TOKEN_LIFETIME) * 1000;
        CHECK_INT(signer(&core), 1);
        CHECK_OK(logout_check(core_op(&core), &form, &session, &logout));
        CHECK(logout.is_meant && logout.has_client);
        CHECK_OK(logout_check(core_op(&core), &form, NULL, &logout));
        CHECK(!logout.is_meant && logout.has_client);
        session.account.id = id_of(4711);
        CHECK_OK(logout_check(core_op(&core), &form, &session, &logout));
        CHECK(!logout.is_meant);
        session.account.id = core.account.id;
        CHECK_OK(rotate(&core, true)); /* as after a leak */
        CHECK_OK(logout_check(core_op(&core), &form, &session, &logout));
        CHECK(!logout.is_meant && !logout.has_client);
}
