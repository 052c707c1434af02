/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, sessions and projects (docs/protocol/http.md 2 and 4), when the store fails or holds
 * odd things.
 */
#include "core.h"

#include "core/grants/mint.h"
#include "odd_keys.h"

#define PASSWORD ((struct secret){SLICE("a long enough password")})

static enum err register_account(struct core *core, struct slice email, struct secret password)
{
        struct account account;

        return account_register(OP(&core->ports, &core->arena, &core->caller, NULL),
                                &(struct registration){email, password, SLICE("\t A Person \r\n")},
                                &account);
}

static enum err log_in(struct core *core, struct slice email, struct secret password,
                       struct secret *ret_token)
{
        struct session session;

        return session_log_in(OP(&core->ports, &core->arena, &core->caller, NULL), email, password,
                              &session, ret_token);
}

TEST(a_new_account_has_a_trimmed_name_and_a_project_of_its_own)
{
        struct core *core CLEANUP(core_freep) = core_new();

        CHECK_OK(register_account(core, SLICE(" B@Example.COM\n"), PASSWORD));
        CHECK_TEXT(core->account.email, "b@example.com");
        CHECK_TEXT(core->account.full_name, "A Person");
        CHECK(uuid_equal(&core->project.account_id, &core->account.id));
        CHECK(core->project.sealed_secret.data && core->project.sealed_api_key.data);
}

TEST(what_is_no_address_or_no_password_costs_no_hash)
{
        static const char *const wrong[] = {"",      " ",     "x",       "@b",      "a@",
                                            "a@b@c", "a b@c", "a\x01@b", "\x01a@b", "a@\xff"};
        struct core *core CLEANUP(core_freep) = core_new();

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK_ERR(register_account(core, slice_from_string(wrong[i]), PASSWORD),
                          ERR_FIELD_MALFORMED);
        CHECK_ERR(register_account(core, SLICE("a@b"), (struct secret){SLICE("9 letters")}),
                  ERR_PASSWORD_LENGTH);
        CHECK(!was_called(core, "hash"));
        core->policy.open_registration = false;
        CHECK_ERR(register_account(core, SLICE("a@b"), PASSWORD), ERR_REGISTRATION_CLOSED);
}

TEST(a_registration_that_fails_is_told)
{
        struct core *core CLEANUP(core_freep) = core_new();

        core_fail(core, "hash", ERR_BUSY, 1);
        CHECK_ERR(register_account(core, SLICE("a@b"), PASSWORD), ERR_BUSY);
        core_fail(core, "account_insert", ERR_EMAIL_TAKEN, 1);
        CHECK_ERR(register_account(core, SLICE("a@b"), PASSWORD), ERR_EMAIL_TAKEN);
        core->seal.n_keys = 0;
        CHECK_ERR(register_account(core, SLICE("a@b"), PASSWORD), ERR_INTERNAL);
}

TEST(whoever_logs_in_pays_for_a_hash_and_only_the_right_one_gets_a_session)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret token = {0};

        CHECK_ERR(log_in(core, SLICE("a@example.com"), (struct secret){SLICE("wrong")}, &token),
                  ERR_INVALID_CREDENTIALS);
        CHECK_STRING(core->calls, "account_find verify audit_write");
        CHECK_STRING(core->noted_outcome, "ERR_INVALID_CREDENTIALS");
        core->calls[0] = '\0';
        CHECK_ERR(log_in(core, SLICE("no address"), PASSWORD, &token), ERR_INVALID_CREDENTIALS);
        CHECK_STRING(core->calls, "verify audit_write");
        core->calls[0] = '\0';
        core_fail(core, "account_find", ERR_NO_ROW, 1);
        CHECK_ERR(log_in(core, SLICE("b@example.com"), PASSWORD, &token), ERR_INVALID_CREDENTIALS);
        CHECK(was_called(core, "verify") && !was_called(core, "session_insert"));
        CHECK(secret_is_absent(token));
        CHECK_OK(log_in(core, SLICE("A@example.com "), PASSWORD, &token));
        CHECK_INT(secret_reveal(token).size, 43);
}

TEST(only_whoever_has_the_password_is_told_that_an_account_is_disabled)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret token = {0};

        core->account.disabled_at = NOW;
        CHECK_ERR(log_in(core, SLICE("a@example.com"), (struct secret){SLICE("wrong")}, &token),
                  ERR_INVALID_CREDENTIALS);
        CHECK_ERR(log_in(core, SLICE("a@example.com"), PASSWORD, &token), ERR_ACCOUNT_DISABLED);
        CHECK_STRING(core->noted_outcome, "ERR_ACCOUNT_DISABLED");
        CHECK(secret_is_absent(token) && !was_called(core, "session_insert"));
}

TEST(who_fails_to_log_in_too_often_leaves_no_trace_any_more)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret token = {0};

        core_count(core);
        CHECK_ERR(log_in(core, SLICE("a@example.com"), (struct secret){SLICE("wrong")}, &token),
                  ERR_INVALID_CREDENTIALS);
        CHECK(!was_called(core, "audit_write"));
}

TEST(what_a_browser_says_of_itself_is_kept_as_printable_text)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret token = {0};

        core->caller.user_agent = SLICE("A ~browser\x7f\n\x1b[31m\xc3\xa9");
        CHECK_OK(log_in(core, SLICE("a@example.com"), PASSWORD, &token));
        CHECK_TEXT(core->session.user_agent, "A ~browser???[31m??");
}

TEST(a_password_has_a_least_and_a_greatest_size_wherever_it_is_set)
{
        struct core *core CLEANUP(core_freep) = core_new();
        uint8_t bytes[LIMIT_PASSWORD + 1] = {0};
        struct password_change change = {.password = {slice_new(bytes, LIMIT_PASSWORD_LEAST - 1)}};

        CHECK_ERR(account_set_password_of(OP(&core->ports, &core->arena, &core->caller, NULL),
                                          &change),
                  ERR_PASSWORD_LENGTH);
        change.password.hidden.size = LIMIT_PASSWORD + 1;
        CHECK_ERR(account_set_password_of(OP(&core->ports, &core->arena, &core->caller, NULL),
                                          &change),
                  ERR_PASSWORD_LENGTH);
        CHECK_STRING(core->calls, "");
}

TEST(a_log_in_that_fails_by_our_fault_is_told_as_such)
{
        static const struct {
                const char *name;
                enum err failure;
        } cases[] = {{"account_find", ERR_STORE_UNAVAILABLE},
                     {"verify", ERR_BUSY},
                     {"session_insert", ERR_STORE_LOST}};

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct core *core CLEANUP(core_freep) = core_new();
                struct secret token = {0};

                core_fail(core, cases[i].name, cases[i].failure, 1);
                CHECK_ERR(log_in(core, SLICE("a@example.com"), PASSWORD, &token), cases[i].failure);
                CHECK(secret_is_absent(token) && !was_called(core, "audit_write"));
        }
}

TEST(a_session_is_found_by_its_token_and_seen_once_a_minute)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret token = {0};
        struct session session;
        struct slice text;

        CHECK_OK(log_in(core, SLICE("a@example.com"), PASSWORD, &token));
        text = secret_reveal(token);
        CHECK_ERR(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL), SLICE(""),
                                       &session),
                  ERR_UNAUTHENTICATED);
        CHECK_ERR(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL),
                                       slice_to(text, 42), &session),
                  ERR_UNAUTHENTICATED);
        core->now.ms += 60 * 1000;
        CHECK_OK(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL), text, &session));
        CHECK(!was_called(core, "session_seen"));
        core->now.ms++;
        CHECK_OK(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL), text, &session));
        CHECK(was_called(core, "session_seen"));
        core_fail(core, "session_seen", ERR_STORE_UNAVAILABLE, 1);
        CHECK_OK(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL), text, &session));
        core_fail(core, "session_find", ERR_STORE_UNAVAILABLE, 1);
        CHECK_ERR(session_authenticate(OP(&core->ports, &core->arena, NULL, NULL), text, &session),
                  ERR_STORE_UNAVAILABLE);
        CHECK_OK(session_log_out(OP(&core->ports, &core->arena, &core->caller, NULL), &session));
        CHECK(was_called(core, "session_delete"));
}

/* --- projects --- */

/* The text of an API key of thirty-two zero bytes with a caveat for each of these. */
static struct secret api_key_of(struct core *core, const struct ag_restriction *wanted, size_t n)
{
        static const uint8_t zeros[32];
        struct ag_bytes bytes = ag_bytes_new(zeros, sizeof(zeros));
        struct slice satellite = core->policy.satellite_address;
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_INT(ag_api_key_new(bytes, bytes, &key), AG_OK);
        CHECK_INT(ag_access_new(n == 1 ? zeros : NULL, AG_CIPHER_AES_GCM, &access), AG_OK);
        CHECK_INT(ag_grant_new(ag_bytes_new(satellite.data, satellite.size), key, access, &grant),
                  AG_OK);
        for (size_t i = 0; i < n; i++) {
                ag_grant *whole CLEANUP(ag_grant_freep) = take(&grant);
                struct ag_restriction restriction = wanted[i];

                restriction.nonce = ag_bytes_new(zeros, 4);
                CHECK_INT(ag_grant_restrict(whole, &restriction, &grant), AG_OK);
        }
        CHECK_INT(ag_api_key_text(ag_grant_api_key(grant), &text), AG_OK);
        return secret_copy(&core->arena, slice_from_string(text));
}

static struct secret api_key(struct core *core, const struct ag_restriction *wanted)
{
        return api_key_of(core, wanted, 1);
}

static enum err bring_in(struct core *core, struct project_form form)
{
        struct project project;

        if (!form.satellite_address.data)
                form.satellite_address = core->policy.satellite_address;
        form.salt = form.salt.data ? form.salt : SLICE("salt");
        form.path_cipher = PATH_CIPHER_AESGCM;
        return project_create(OP(&core->ports, &core->arena, &core->caller, &core->account.id),
                              &form, &project);
}

TEST(a_project_brought_in_is_inspected)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct ag_place places[] = {{{(const uint8_t *)"photos", 6}, {NULL, 0}},
                                          {{(const uint8_t *)"music", 5}, {NULL, 0}}};
        const struct ag_time begin = {.seconds = 1000}, end = {.seconds = 1767225601};
        struct project_form form = {
                .api_key = api_key(core,
                                   &(struct ag_restriction){.rights = AG_RIGHT_READ | AG_RIGHT_LOCK,
                                                            .places = places,
                                                            .n_places = 2,
                                                            .not_before = &begin,
                                                            .not_after = &end})};

        CHECK_OK(bring_in(core, form));
        CHECK_TEXT(core->project.limits, "read bucket:music bucket:photos");
        CHECK_INT(core->project.key_begins_at.ms, 1000000);
        CHECK_INT(core->project.key_ends_at.ms, NOW.ms + 1000);
        CHECK_INT(project_enforced_by(&core->project), ENFORCED_BY_EXPIRY);
        CHECK_STRING(enforced_by_text(ENFORCED_BY_EXPIRY), "expiry");
        CHECK_STRING(enforced_by_text(ENFORCED_BY_CHECK), "check");
        CHECK_STRING(enforced_by_text(ENFORCED_BY_SATELLITE), "satellite");
        core->now.ms += 1000;
        CHECK_ERR(bring_in(core, form), ERR_API_KEY_EXPIRED);
}

static struct ag_place bucket(const char *name)
{
        return (struct ag_place){.bucket = ag_bytes_new(name, strlen(name))};
}

TEST(the_caveats_of_a_key_intersect)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct ag_place first[] = {bucket("photos"), bucket("music")};
        const struct ag_place second[] = {bucket("books"), bucket("photos")};
        const struct ag_time times[] = {{.seconds = 1800000000}, {.seconds = 1900000000}};
        struct ag_restriction caveats[] = {
                {AG_RIGHT_READ | AG_RIGHT_LIST, first, 2, &times[0], &times[0], NULL, {0}},
                {AG_RIGHT_READ | AG_RIGHT_WRITE, second, 2, &times[1], &times[1], NULL, {0}},
        };

        CHECK_OK(bring_in(core, (struct project_form){.api_key = api_key_of(core, caveats, 2)}));
        CHECK_TEXT(core->project.limits, "read bucket:photos");
        CHECK_INT(core->project.key_begins_at.ms, 1900000000000);
        CHECK_INT(core->project.key_ends_at.ms, 1800000000000);
        caveats[1].not_before = &times[0]; /* neither begins later nor ends earlier */
        CHECK_OK(bring_in(core, (struct project_form){.api_key = api_key_of(core, caveats, 2)}));
        CHECK_INT(core->project.key_begins_at.ms, 1800000000000);
        caveats[0].not_after = &times[1];
        caveats[1].not_after = &times[0];
        CHECK_OK(bring_in(core, (struct project_form){.api_key = api_key_of(core, caveats, 2)}));
        CHECK_INT(core->project.key_ends_at.ms, 1800000000000);
        caveats[1].n_places = 1;
        CHECK_ERR(bring_in(core, (struct project_form){.api_key = api_key_of(core, caveats, 2)}),
                  ERR_API_KEY_MALFORMED);
}

TEST(times_of_a_key_before_1970_are_long_past)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct ag_time begin = {.seconds = -1}, end = {.seconds = 253402300799};
        struct ag_restriction restriction = {
                .rights = AG_RIGHTS_ALL, .not_before = &begin, .not_after = &end};

        CHECK_OK(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}));
        CHECK_INT(core->project.key_begins_at.ms, 1);
        CHECK_INT(core->project.key_ends_at.ms, 253402300799000);
        CHECK(!core->project.limits.data);
        end.seconds = -5;
        restriction.not_before = NULL;
        CHECK_ERR(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}),
                  ERR_API_KEY_EXPIRED);
}

TEST(a_key_with_every_right_to_some_buckets_is_limited_to_them)
{
        struct core *core CLEANUP(core_freep) = core_new();
        const struct ag_place twice[] = {bucket("photos"), bucket("music"), bucket("photos")};
        struct ag_restriction restriction = {
                .rights = AG_RIGHTS_ALL, .places = twice, .n_places = 3};

        CHECK_OK(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}));
        CHECK_TEXT(core->project.limits, "read write list delete lock bucket:music bucket:photos");
}

TEST(a_time_beyond_what_is_kept_is_cut_there)
{
        struct core *core CLEANUP(core_freep) = core_new();
        static const char last[] = "\xa2\x01\x0a\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
        struct ag_restriction restriction = {.rights = AG_RIGHTS_ALL};
        struct secret key = odd_key(&core->arena, api_key(core, &restriction),
                                    slice_new(last, sizeof(last) - 1));

        CHECK_OK(bring_in(core, (struct project_form){.api_key = key}));
        CHECK_INT(core->project.key_ends_at.ms, INT64_MAX / 2);
}

TEST(a_key_of_a_prefix_or_of_a_bucket_without_a_valid_name_is_refused)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct ag_place place = {{(const uint8_t *)"photos", 6}, {(const uint8_t *)"a/", 2}};
        struct ag_restriction restriction = {
                .rights = AG_RIGHT_READ, .places = &place, .n_places = 1};

        CHECK_ERR(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}),
                  ERR_API_KEY_PREFIX);
        place = (struct ag_place){{(const uint8_t *)"Photos", 6}, {NULL, 0}};
        CHECK_ERR(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}),
                  ERR_API_KEY_MALFORMED);
        place.bucket = (struct ag_bytes){(const uint8_t *)"photos bucket:music", 19};
        CHECK_ERR(bring_in(core, (struct project_form){.api_key = api_key(core, &restriction)}),
                  ERR_API_KEY_MALFORMED);
        CHECK_ERR(bring_in(core, (struct project_form){.api_key = {SLICE("1abc")}}),
                  ERR_API_KEY_MALFORMED);
        CHECK(!was_called(core, "project_insert"));
}

TEST(a_project_brought_in_needs_an_address_and_is_kept_sealed_or_not_at_all)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct ag_restriction restriction = {.rights = AG_RIGHTS_ALL};
        struct project_form form = {.api_key = api_key(core, &restriction)};

        form.satellite_address = SLICE("localhost:7777");
        CHECK_ERR(bring_in(core, form), ERR_SATELLITE_ADDRESS);
        form.satellite_address = SLICE("");
        CHECK_ERR(bring_in(core, form), ERR_FIELD_MISSING);
        form.satellite_address = core->policy.satellite_address;
        core_fail(core, "project_insert", ERR_TOO_MANY, 1);
        CHECK_ERR(bring_in(core, form), ERR_TOO_MANY);
        core->seal.n_keys = 0;
        CHECK_ERR(bring_in(core, form), ERR_INTERNAL);
        CHECK_ERR(bring_in(core, (struct project_form){0}), ERR_INTERNAL);
}

/* --- sealing --- */

TEST(what_is_sealed_opens_by_its_key_purpose_and_row_only)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct seal *seal = &core->seal;
        struct uuid row = core->project.id, other = core->client.id;
        struct secret plain;
        struct slice sealed;

        CHECK_OK(seal_close(seal, &core->ports.entropy, SEAL_API_KEY, &row, PASSWORD, &core->arena,
                            &sealed));
        CHECK_OK(seal_open(seal, SEAL_API_KEY, &row, sealed, &core->arena, &plain));
        CHECK(secret_equal(plain, PASSWORD));
        CHECK_ERR(seal_open(seal, SEAL_API_KEY, &other, sealed, &core->arena, &plain),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(seal_open(seal, SEAL_CLIENT_SECRET, &row, sealed, &core->arena, &plain),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(seal_open(seal, SEAL_API_KEY, &row, slice_to(sealed, 31), &core->arena, &plain),
                  ERR_NOT_AUTHENTIC);
        core->seal.keys[0].id[0] ^= 1;
        CHECK_ERR(seal_open(seal, SEAL_API_KEY, &row, sealed, &core->arena, &plain),
                  ERR_NOT_AUTHENTIC);
}

TEST(a_key_file_holds_so_many_keys_and_the_newest_seals)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct uuid row = core->project.id;
        uint8_t id[SEAL_KEY_ID_SIZE] = {9};
        struct secret plain;
        struct slice sealed;

        for (size_t i = 1; i < SEAL_KEYS; i++) {
                id[0]++;
                CHECK(seal_add(&core->seal, id, (struct secret){SLICE("another key")}));
        }
        CHECK(!seal_add(&core->seal, id, (struct secret){SLICE("one too many")}));
        CHECK_OK(seal_close(&core->seal, &core->ports.entropy, SEAL_API_KEY, &row, PASSWORD,
                            &core->arena, &sealed));
        CHECK_INT(sealed.data[0], 1);
        CHECK_OK(seal_open(&core->seal, SEAL_API_KEY, &row, sealed, &core->arena, &plain));
}
