/* SPDX-License-Identifier: Apache-2.0
 *
 * Deciding a request: what is kept, for how long, and that nothing happens when a step fails
 * (docs/protocol/http.md 5.3).
 */
#include "core.h"

#include <accessgrant.h>

#include "core/token/code.h"

#define READ   TEXTS(SLICE("read"))
#define PREFIX TEXTS(SLICE("read"), SLICE("bucket:photos;prefix:2024/"))

/* A request is there; approves `scope` of it with more in the form. */
static enum err approve(struct core *core, struct texts scope, struct consent_form form)
{
        struct consent_result result = {0};

        form.approved = scope;
        return core_consent(core, form, &result);
}

static struct core *with_request(struct texts scope)
{
        struct core *core = core_new();

        CHECK_OK(core_request(core, scope));
        core->calls[0] = '\0';
        return core;
}

TEST(the_key_kept_with_a_code_opens_the_granted_places_and_nothing_else)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code = core_code(core, PREFIX, PASSPHRASE), message;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        struct slice bytes;

        CHECK(core->request.sealed_access.data && !core->request.needs_passphrase);
        CHECK_OK(code_open_access(&core->arena, code, core->request.no, core->request.sealed_access,
                                  &message));
        bytes = secret_reveal(message);
        CHECK_INT(ag_access_parse(ag_bytes_new(bytes.data, bytes.size), AG_STRICT, &access), AG_OK);
        CHECK(!ag_access_has_root_key(access));
        CHECK_INT(ag_access_path_cipher(access), AG_CIPHER_AES_GCM);
        CHECK_INT(ag_access_n_entries(access), 1);
}

TEST(the_key_kept_with_a_code_is_opened_by_that_code_and_row_only)
{
        struct core *core CLEANUP(core_freep) = core_new();
        struct secret code, message;
        struct secret other = core_code(core, PREFIX, PASSPHRASE);
        struct slice sealed;

        code = core_code(core, PREFIX, PASSPHRASE);
        sealed = core->request.sealed_access;
        CHECK_ERR(code_open_access(&core->arena, other, core->request.no, sealed, &message),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(code_open_access(&core->arena, code, core->request.no + 1, sealed, &message),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(code_open_access(&core->arena, code, core->request.no,
                                   slice_to(sealed, sealed.size - 1), &message),
                  ERR_NOT_AUTHENTIC);
        CHECK_ERR(code_open_access(&core->arena, code, core->request.no, slice_to(sealed, 27),
                                   &message),
                  ERR_NOT_AUTHENTIC);
}

TEST(a_consent_checks_reserves_derives_and_only_then_decides)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        CHECK_OK(approve(core, READ, (struct consent_form){.passphrase = PASSPHRASE}));
        CHECK_STRING(core->calls,
                     "request_get client_by_row project_list reserve derive request_decide");
}

TEST(a_fault_of_the_store_or_a_full_queue_decides_nothing)
{
        static const struct {
                const char *name;
                enum err failure, expected;
        } cases[] = {
                {"request_get", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
                {"request_get", ERR_NO_ROW, ERR_INVALID_REQUEST_ID},
                {"client_by_row", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
                {"client_by_row", ERR_NO_ROW, ERR_CLIENT_INACTIVE},
                {"project_list", ERR_STORE_UNAVAILABLE, ERR_STORE_UNAVAILABLE},
                {"reserve", ERR_BUSY, ERR_BUSY},
                {"derive", ERR_INTERNAL, ERR_INTERNAL},
                {"request_decide", ERR_REQUEST_EXPIRED, ERR_REQUEST_EXPIRED},
        };

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct core *core CLEANUP(core_freep) = with_request(READ);

                core_fail(core, cases[i].name, cases[i].failure, 1);
                CHECK_ERR(approve(core, READ, (struct consent_form){.passphrase = PASSPHRASE}),
                          cases[i].expected);
                CHECK_INT(core->request.status, REQUEST_PENDING);
                CHECK_OK(approve(core, READ, (struct consent_form){.passphrase = PASSPHRASE}));
        }
}

TEST(a_request_is_decided_by_its_account_while_it_is_pending_and_in_time)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        core->request.account_id.bytes[0] ^= 1;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_FORBIDDEN);
        core->request.account_id = core->account.id;
        core->request.status = REQUEST_WITHDRAWN;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_REQUEST_NOT_PENDING);
        core->request.status = REQUEST_PENDING;
        core->now.ms += 600 * 1000;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_REQUEST_EXPIRED);
        core->now.ms--;
        core->client.status = CLIENT_DISABLED;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_CLIENT_INACTIVE);
        core->client.status = CLIENT_ACTIVE;
        CHECK_OK(approve(core, READ, (struct consent_form){0}));
}

TEST(a_project_must_be_there_and_the_accounts_own)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);
        struct uuid id = core->project.id;

        core->has_project = false;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_NOT_FOUND);
        CHECK_ERR(approve(core, READ, (struct consent_form){.project_id = &id}), ERR_NOT_FOUND);
        core->has_project = true;
        core->project.account_id.bytes[0] ^= 1;
        CHECK_ERR(approve(core, READ, (struct consent_form){.project_id = &id}), ERR_NOT_FOUND);
        core->project.account_id = core->account.id;
        core_fail(core, "project_get", ERR_STORE_UNAVAILABLE, 1);
        CHECK_ERR(approve(core, READ, (struct consent_form){.project_id = &id}),
                  ERR_STORE_UNAVAILABLE);
        CHECK_OK(approve(core, READ, (struct consent_form){.project_id = &id}));
}

/* The lifetime that comes of a form; or the refusal, negative. */
static int64_t lifetime(struct core *core, enum consent_lifetime which, int64_t seconds)
{
        struct consent_form form = {.lifetime = which, .seconds = seconds};
        enum err error = approve(core, READ, form);

        core->request.status = REQUEST_PENDING;
        return error == ERR_OK ? core->request.lifetime : -(int64_t)error;
}

TEST(what_can_be_taken_back_lives_as_long_as_the_user_says)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 2592000);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 60), 60);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 59), -ERR_FIELD_RANGE);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 1000000000), 1000000000);
        CHECK_INT(lifetime(core, LIFETIME_NO_END, 0), 0);
        core->policy.grant_max_lifetime = 3600;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 3600);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 3600), 3600);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 3601), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core->policy.grant_max_lifetime = 2592001; /* the usual one is within it */
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 2592000);
}

TEST(what_nobody_can_take_back_lives_a_day_at_most)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        core->project.sealed_secret = (struct slice){0};
        core->project.prove_at = NOW; /* not proven, so its satellite cannot be told */
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 86400);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 86401), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core->policy.grant_max_lifetime = 100000;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 86400);
        core->policy.grant_max_lifetime = 3600;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 3600);
}

TEST(no_grant_outlives_the_key_of_its_project_however_late_it_is_exchanged)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        core->project.key_ends_at = instant_add_seconds(NOW, 1000);
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 940);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 940), 940);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 941), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core->policy.grant_max_lifetime = 941;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 940);
        core->policy.grant_max_lifetime = 300;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), 300);
        core->project.key_ends_at = instant_add_seconds(NOW, 119);
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), -ERR_PROJECT_KEY_ENDS);
        core->project.key_ends_at = NOW;
        CHECK_INT(lifetime(core, LIFETIME_DEFAULT, 0), -ERR_PROJECT_KEY_ENDS);
        CHECK_INT(lifetime(core, LIFETIME_SECONDS, 60), -ERR_PROJECT_KEY_ENDS);
}

TEST(a_project_whose_key_has_limits_grants_within_them)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);

        core->project.limits = SLICE("read bucket:photos");
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_SCOPE_NOT_WITHIN);
        core->project.limits = SLICE("nonsense");
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_INTERNAL);
        core->project.limits = SLICE("read write");
        CHECK_OK(approve(core, READ, (struct consent_form){0}));
}

TEST(without_a_path_cipher_no_prefix_is_granted)
{
        struct core *core CLEANUP(core_freep) = with_request(PREFIX);

        core->project.path_cipher = PATH_CIPHER_NONE;
        CHECK_ERR(approve(core, PREFIX, (struct consent_form){.passphrase = PASSPHRASE}),
                  ERR_SCOPE_NULL_CIPHER);
        CHECK(!was_called(core, "reserve"));
}

TEST(lists_that_cannot_be_read_or_contradict_each_other_decide_nothing)
{
        struct core *core CLEANUP(core_freep) = with_request(PREFIX);
        struct consent_form form = {.rejected = TEXTS(SLICE("nonsense"))};

        CHECK_ERR(approve(core, TEXTS(SLICE("nonsense")), (struct consent_form){0}),
                  ERR_SCOPE_UNKNOWN);
        CHECK_ERR(approve(core, PREFIX, form), ERR_SCOPE_UNKNOWN);
        form.rejected = TEXTS(SLICE("list"), SLICE("bucket:photos;prefix:%32024/"));
        CHECK_ERR(approve(core, PREFIX, form), ERR_SCOPE_CONTRADICTION);
        form.rejected = TEXTS(SLICE("list"), SLICE("bucket:photos;prefix:2025/"));
        CHECK_OK(approve(core, PREFIX, form));
        CHECK(core->request.needs_passphrase);
}

TEST(a_refusal_looks_at_no_list_and_no_project)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);
        struct consent_result result = {0};

        core->has_project = false;
        CHECK_OK(core_consent(core,
                              (struct consent_form){.approved = TEXTS(SLICE("nonsense")),
                                                    .answer = CONSENT_REFUSE},
                              &result));
        CHECK(secret_is_absent(result.code));
        CHECK_INT(core->request.status, REQUEST_REJECTED);
        CHECK_TEXT(result.redirect_uri, "https://myapp.com/callback?error=access_denied"
                                        "&iss=http%3A%2F%2Flocalhost%3A10100");
}

TEST(a_damaged_request_or_project_is_a_fault)
{
        struct core *core CLEANUP(core_freep) = with_request(READ);
        struct slice key = core->project.sealed_api_key;

        core->request.scope = SLICE("nonsense");
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_INTERNAL);
        core->request.scope = SLICE("read");
        core->project.sealed_api_key = slice_to(key, key.size - 1);
        CHECK(error_is_fault(approve(core, READ, (struct consent_form){0})));
        CHECK(error_is_fault(approve(core, READ, (struct consent_form){.passphrase = PASSPHRASE})));
        core->project.sealed_api_key = key;
        core->project.path_cipher = (enum path_cipher)9;
        CHECK_ERR(approve(core, READ, (struct consent_form){0}), ERR_INTERNAL);
        CHECK_INT(core->request.status, REQUEST_PENDING);
}

TEST(a_grant_that_would_be_too_long_is_refused_with_and_without_its_key)
{
        struct slice items[16] = {SLICE("read")};
        struct texts scope = {.items = items, .n = ARRAY_SIZE(items)};
        struct core *core CLEANUP(core_freep) = core_new();

        for (size_t i = 1; i < scope.n; i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(200);

                buf_put_string(&text, "bucket:bucket");
                buf_put_int64(&text, (int64_t)i);
                buf_put_string(&text, ";prefix:");
                for (size_t k = 0; k < 100; k++)
                        buf_put_byte(&text, 'x');
                buf_put_byte(&text, '/');
                items[i] = arena_copy(&core->arena, buf_slice(&text));
        }
        CHECK_OK(core_request(core, scope));
        CHECK_ERR(approve(core, scope, (struct consent_form){0}), ERR_GRANT_TOO_LONG);
        CHECK_ERR(approve(core, scope, (struct consent_form){.passphrase = PASSPHRASE}),
                  ERR_GRANT_TOO_LONG);
        CHECK_INT(core->request.status, REQUEST_PENDING);
        for (scope.n = 15; approve(core, scope, (struct consent_form){0}) == ERR_GRANT_TOO_LONG;)
                scope.n--;
        CHECK(scope.n > 1);
        CHECK_INT(core->request.status, REQUEST_APPROVED);
}
