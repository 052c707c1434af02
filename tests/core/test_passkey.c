/* SPDX-License-Identifier: Apache-2.0
 *
 * Passkeys (docs/protocol/http.md 2.7): what takes a clock. tests/server/test_passkeys.py has the
 * rest, over HTTP.
 */
#include "passkey_setup.h"

#include "core/people/session.h"

struct person {
        struct core core;
        struct session session;
        struct passkey passkey;
};

static void person_end(struct person *person)
{
        core_end(&person->core);
}

static void person_begin(struct person *person)
{
        struct secret token;

        core_begin(&person->core);
        CHECK_OK(session_log_in(core_op(&person->core),
                                BY_PASSWORD(SLICE("user@example.com"), PASSWORD), &person->session,
                                &token));
        passkey_set_up(core_op(&person->core), &person->session, &person->passkey);
        person->core.now.ms++;
}

#define PERSON(name)                                                                               \
        struct person name CLEANUP(person_end);                                                    \
        person_begin(&name)

static struct slice challenge_now(struct core *core)
{
        static const struct uuid anybody;
        struct slice challenge;

        CHECK_OK(challenge_make(core_op(core), CHALLENGE_LOG_IN, &anybody, &challenge));
        return challenge;
}

static enum err log_in(struct person *person, struct slice challenge, uint8_t counter)
{
        struct op *op = core_op(&person->core);
        const struct passkey_proof proof =
                passkey_proof_of(op, &person->session.account.id, challenge, counter);
        const struct credentials credentials = {.method = LOGIN_PASSKEY, .passkey = &proof};
        struct session session;
        struct secret token;

        TRY(session_log_in(op, &credentials, &session, &token));
        CHECK_INT(session.method, LOGIN_PASSKEY);
        CHECK(uuid_equal(&session.account.id, &person->session.account.id));
        return ERR_OK;
}

TEST(a_challenge_to_log_in_is_good_for_five_minutes)
{
        PERSON(person);
        struct slice challenge = challenge_now(&person.core);

        person.core.now = instant_add_seconds(person.core.now, CHALLENGE_LIFETIME);
        CHECK_OK(log_in(&person, challenge, 0));
        challenge = challenge_now(&person.core);
        person.core.now = instant_add_seconds(person.core.now, CHALLENGE_LIFETIME);
        person.core.now.ms++;
        CHECK_ERR(log_in(&person, challenge, 0), ERR_PASSKEY_STATE);
}

TEST(a_confirmation_adds_a_passkey_for_five_minutes)
{
        PERSON(person);
        struct op *op = core_op(&person.core);
        struct passkey_registration form;
        struct passkey_setup setup;
        struct passkey passkey;

        op->account_id = person.session.account.id;
        CHECK_OK(passkey_begin(op, &person.session, &(struct confirmation){PASSWORD}, &setup));
        form = passkey_registration_of(op, setup.challenge, SLICE(PASSKEY_CREDENTIAL(PASSKEY_ID)));
        op->now = instant_add_seconds(op->now, CHALLENGE_LIFETIME);
        CHECK_ERR(passkey_add(op, &person.session, &form, &passkey), ERR_PASSKEY_EXISTS);
        op->now.ms++;
        CHECK_ERR(passkey_add(op, &person.session, &form, &passkey), ERR_PASSKEY_STATE);
}

TEST(two_challenges_of_one_moment_log_in_once)
{
        PERSON(person);
        struct slice first = challenge_now(&person.core), second = challenge_now(&person.core);

        CHECK(!slice_equal(first, second));
        CHECK_OK(log_in(&person, first, 0));
        CHECK_ERR(log_in(&person, second, 0), ERR_PASSKEY_STATE);
        person.core.now.ms++;
        CHECK_OK(log_in(&person, challenge_now(&person.core), 0));
}

TEST(a_copied_passkey_is_noted_and_what_it_did_not_do_is_not)
{
        PERSON(person);
        struct core *core = &person.core;

        CHECK_OK(log_in(&person, challenge_now(core), 5));
        core->now.ms++;
        CHECK_ERR(log_in(&person, challenge_now(core), 5), ERR_PASSKEY_CLONED);
        CHECK_ERR(log_in(&person, challenge_now(core), 0), ERR_PASSKEY_CLONED);
        CHECK_INT(core_n_rows(core, "audit WHERE action = 'passkey_cloned' AND outcome = 'ok'"), 2);
        CHECK_INT(core_n_rows(core, "passkey WHERE counter = 5"), 1);
        CHECK_OK(log_in(&person, challenge_now(core), 6));
}

TEST(what_was_removed_while_it_logged_in_does_not)
{
        PERSON(person);
        struct core *core = &person.core;
        struct op *op = core_op(core);
        const struct confirmation given = {PASSWORD};

        op->account_id = person.session.account.id;
        CHECK_OK(passkey_remove(op, &person.session, &person.passkey.id, &given));
        CHECK_ERR(log_in(&person, challenge_now(core), 0), ERR_PASSKEY_WRONG);
        CHECK_INT(core_n_rows(core, "passkey"), 0);
        CHECK_ERR(passkey_remove(op, &person.session, &person.passkey.id, &given), ERR_NOT_FOUND);
}

TEST(where_passwords_are_off_so_are_passkeys)
{
        PERSON(person);
        struct op *op = core_op(&person.core);
        struct passkey_registration form = {0};
        struct passkey_setup setup;
        struct passkey passkey;

        person.core.policy.passwords_off = true;
        CHECK_ERR(log_in(&person, challenge_now(&person.core), 0), ERR_PASSKEYS_OFF);
        CHECK_ERR(passkey_begin(op, &person.session, &(struct confirmation){PASSWORD}, &setup),
                  ERR_PASSKEYS_OFF);
        CHECK_ERR(passkey_add(op, &person.session, &form, &passkey), ERR_PASSKEYS_OFF);
}
