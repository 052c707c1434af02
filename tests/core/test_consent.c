/* SPDX-License-Identifier: Apache-2.0
 *
 * Deciding a request: what is stored, for how long, and that nothing happens if a step fails
 * (docs/protocol/http.md 5.3).
 */
#include "core.h"

#include <accessgrant.h>

#include "core/projects/project.h"
#include "core/token/code.h"
#include "core/token/sealed_access.h"

#define PREFIX TEXTS(SLICE("read"), SLICE("bucket:photos;prefix:2024/"))

static struct uuid asked; /* the request that is decided */

#define WITH_REQUEST(name, scope)                                                                  \
        CORE(name);                                                                                \
        CHECK_OK(core_request(&name, scope, &asked))

/* Approves `scope` with more in the form. */
static enum err approve(struct core *core, struct texts scope, struct consent_form form)
{
        struct consent_result result;

        form.request_id = asked;
        form.approved = scope;
        return core_decide(core, form, &result);
}

static struct request stored(struct core *core)
{
        struct request request;

        CHECK_OK(STORE(&core->world, request_get, &asked, &request));
        return request;
}

/* --- the key --- */

/* The row of a code for a prefix, with its key stored. */
static struct request code_with_key(struct core *core, struct secret *ret_code)
{
        struct consent_form form = {.approved = PREFIX, .passphrase = PASSPHRASE};
        struct request request;
        int64_t no;

        *ret_code = core_consent(core, form);
        no = code_row(secret_reveal(*ret_code));
        CHECK_OK(STORE(&core->world, code_find, &no, &request));
        return request;
}

TEST(the_key_kept_with_a_code_opens_the_granted_places_and_nothing_else)
{
        CORE(core);
        struct secret code, message;
        struct request row = code_with_key(&core, &code);
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        struct slice bytes;

        CHECK(row.code.sealed_access.data && !row.code.needs_passphrase);
        CHECK_OK(access_open(&core.world.arena, code, row.no, row.code.sealed_access, &message));
        bytes = secret_reveal(message);
        CHECK_INT(ag_access_parse(ag_bytes_new(bytes.data, bytes.size), AG_STRICT, &access), AG_OK);
        CHECK(!ag_access_has_root_key(access));
        CHECK_INT(ag_access_path_cipher(access), AG_CIPHER_AES_GCM);
        CHECK_INT(ag_access_n_entries(access), 1);
}

TEST(the_key_kept_with_a_code_is_opened_by_that_code_and_row_only)
{
        CORE(core);
        struct arena *arena = &core.world.arena;
        struct secret code, other, message;
        struct slice sealed;
        struct request row;

        (void)code_with_key(&core, &other);
        row = code_with_key(&core, &code);
        sealed = row.code.sealed_access;
        CHECK_ERR(access_open(arena, other, row.no, sealed, &message), ERR_NOT_AUTHENTIC);
        CHECK_ERR(access_open(arena, code, row.no + 1, sealed, &message), ERR_NOT_AUTHENTIC);
        sealed.size--;
        CHECK_ERR(access_open(arena, code, row.no, sealed, &message), ERR_NOT_AUTHENTIC);
        sealed.size = 27;
        CHECK_ERR(access_open(arena, code, row.no, sealed, &message), ERR_NOT_AUTHENTIC);
}

static void check_pending(struct core *core)
{
        CHECK_INT(stored(core).status, REQUEST_PENDING);
        CHECK_INT(core->n_derived, 1);
}

TEST(a_consent_derives_and_only_then_decides)
{
        WITH_REQUEST(core, READ);

        core.while_deriving = check_pending;
        CHECK_OK(approve(&core, READ, (struct consent_form){.passphrase = PASSPHRASE}));
        CHECK_INT(stored(&core).status, REQUEST_APPROVED);
        CHECK_INT(core.n_derived, 1);
        CHECK_INT(core.n_reserved, 0);
}

TEST(a_request_withdrawn_while_a_key_is_derived_is_not_approved)
{
        WITH_REQUEST(core, READ);

        core.while_deriving = core_revoke;
        CHECK_ERR(approve(&core, READ, (struct consent_form){.passphrase = PASSPHRASE}),
                  ERR_REQUEST_NOT_PENDING);
        CHECK_INT(stored(&core).status, REQUEST_WITHDRAWN);
}

/* --- who decides, and about which project --- */

TEST(a_request_is_decided_by_its_account_while_it_is_pending_and_in_time)
{
        WITH_REQUEST(core, READ);
        struct consent_form form = {0};

        core.account.id.bytes[0] ^= 1;
        CHECK_ERR(approve(&core, READ, form), ERR_FORBIDDEN);
        core.account.id.bytes[0] ^= 1;
        core.now.ms += 600 * 1000;
        CHECK_ERR(approve(&core, READ, form), ERR_REQUEST_EXPIRED);
        core.now.ms--;
        CHECK_OK(client_switch(core_op(&core), &core.client, CLIENT_DISABLED));
        CHECK_ERR(approve(&core, READ, form), ERR_CLIENT_INACTIVE);
        CHECK_OK(client_switch(core_op(&core), &core.client, CLIENT_ACTIVE));
        CHECK_OK(approve(&core, READ, form));
        CHECK_ERR(approve(&core, READ, form), ERR_REQUEST_NOT_PENDING);
        CHECK_OK(core_request(&core, READ, &asked));
        CHECK_OK(client_remove(core_op(&core), &core.client.id));
        CHECK_ERR(approve(&core, READ, form), ERR_CLIENT_INACTIVE);
}

TEST(a_project_must_be_there_and_the_accounts_own)
{
        WITH_REQUEST(core, READ);
        struct registration registration = {
                .email = SLICE("b@example.com"), .password = PASSWORD, .full_name = SLICE("B")};
        struct project own, others;
        struct account other;

        CHECK_OK(account_register(core_op(&core), &registration, &other));
        CHECK_OK(
                project_choose(OP(&core.ports, &core.world.arena, NULL, &other.id), NULL, &others));
        CHECK_OK(project_choose(core_op(&core), NULL, &own));
        CHECK_ERR(approve(&core, READ, (struct consent_form){.project_id = &others.id}),
                  ERR_NOT_FOUND);
        CHECK_OK(approve(&core, READ, (struct consent_form){.project_id = &own.id}));
        CHECK_OK(core_request(&core, READ, &asked));
        CHECK_OK(project_remove(core_op(&core), &own.id));
        CHECK_ERR(approve(&core, READ, (struct consent_form){0}), ERR_NOT_FOUND);
        CHECK_ERR(approve(&core, READ, (struct consent_form){.project_id = &own.id}),
                  ERR_NOT_FOUND);
}

/* --- how long --- */

/* The lifetime that comes of a form; or the refusal, negative. */
static int64_t lifetime(struct core *core, enum consent_lifetime which, int64_t seconds)
{
        struct consent_form form = {.lifetime = which, .seconds = seconds};
        enum err error;

        CHECK_OK(core_request(core, READ, &asked));
        error = approve(core, READ, form);
        return error == ERR_OK ? stored(core).authorization.lifetime : -(int64_t)error;
}

TEST(what_can_be_taken_back_lives_as_long_as_the_user_says)
{
        CORE(core);

        core.policy.grant_default_lifetime = 2592000;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 2592000);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 60), 60);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 59), -ERR_FIELD_RANGE);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 1000000000), 1000000000);
        CHECK_INT(lifetime(&core, LIFETIME_NO_END, 0), 0);
        core.policy.grant_max_lifetime = 3600;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 3600);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 3600), 3600);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 3601), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(&core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core.policy.grant_max_lifetime = 2592001; /* the default is within it */
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 2592000);
}

TEST(what_nobody_can_take_back_lives_a_day_at_most)
{
        CORE(core);

        core.policy.grant_default_lifetime = 2592000;
        /* not proven, so its satellite cannot be notified */
        core_update(&core, "UPDATE project SET sealed_secret = NULL, prove_at = 1");
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 86400);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 86401), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(&core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core.policy.grant_max_lifetime = 100000;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 86400);
        core.policy.grant_max_lifetime = 3600;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 3600);
}

static void key_end(struct core *core, int64_t seconds)
{
        char update[128];

        (void)snprintf(update, sizeof(update), "UPDATE project SET key_ends_at = %lld",
                       (long long)instant_add_seconds(core->now, seconds).ms);
        core_update(core, update);
}

TEST(no_grant_outlives_the_key_of_its_project_however_late_it_is_exchanged)
{
        CORE(core);

        core.policy.code_lifetime = 60;
        key_end(&core, 1000);
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 940);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 940), 940);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 941), -ERR_LIFETIME_TOO_LONG);
        CHECK_INT(lifetime(&core, LIFETIME_NO_END, 0), -ERR_LIFETIME_TOO_LONG);
        core.policy.grant_max_lifetime = 941;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 940);
        core.policy.grant_max_lifetime = 300;
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), 300);
        key_end(&core, 119);
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), -ERR_PROJECT_KEY_ENDS);
        key_end(&core, 0);
        CHECK_INT(lifetime(&core, LIFETIME_DEFAULT, 0), -ERR_PROJECT_KEY_ENDS);
        CHECK_INT(lifetime(&core, LIFETIME_SECONDS, 60), -ERR_PROJECT_KEY_ENDS);
}

/* --- what --- */

TEST(a_project_whose_key_has_limits_grants_within_them)
{
        WITH_REQUEST(core, READ);

        core_update(&core, "UPDATE project SET limits = 'read bucket:photos'");
        CHECK_ERR(approve(&core, READ, (struct consent_form){0}), ERR_SCOPE_NOT_WITHIN);
        core_update(&core, "UPDATE project SET limits = 'nonsense'");
        CHECK_ERR(approve(&core, READ, (struct consent_form){0}), ERR_INTERNAL);
        core_update(&core, "UPDATE project SET limits = 'read write'");
        CHECK_OK(approve(&core, READ, (struct consent_form){0}));
}

TEST(without_a_path_cipher_no_prefix_is_granted)
{
        WITH_REQUEST(core, PREFIX);

        core_update(&core, "UPDATE project SET path_cipher = 1"); /* PATH_CIPHER_NONE */
        CHECK_ERR(approve(&core, PREFIX, (struct consent_form){.passphrase = PASSPHRASE}),
                  ERR_SCOPE_NULL_CIPHER);
        CHECK_INT(core.n_derived, 0);
}

TEST(lists_that_cannot_be_read_or_contradict_each_other_decide_nothing)
{
        WITH_REQUEST(core, PREFIX);
        struct consent_form form = {.rejected = TEXTS(SLICE("nonsense"))};

        CHECK_ERR(approve(&core, TEXTS(SLICE("nonsense")), (struct consent_form){0}),
                  ERR_SCOPE_UNKNOWN);
        CHECK_ERR(approve(&core, PREFIX, form), ERR_SCOPE_UNKNOWN);
        form.rejected = TEXTS(SLICE("list"), SLICE("bucket:photos;prefix:%32024/"));
        CHECK_ERR(approve(&core, PREFIX, form), ERR_SCOPE_CONTRADICTION);
        form.rejected = TEXTS(SLICE("list"), SLICE("bucket:photos;prefix:2025/"));
        CHECK_OK(approve(&core, PREFIX, form));
        CHECK(stored(&core).code.needs_passphrase);
}

TEST(a_refusal_looks_at_no_list_and_no_project)
{
        WITH_REQUEST(core, READ);
        struct consent_form form = {.request_id = asked,
                                    .approved = TEXTS(SLICE("nonsense")),
                                    .answer = CONSENT_REFUSE};
        struct consent_result result;
        struct project project;

        CHECK_OK(project_choose(core_op(&core), NULL, &project));
        CHECK_OK(project_remove(core_op(&core), &project.id));
        CHECK_OK(core_decide(&core, form, &result));
        CHECK(secret_is_absent(result.code));
        CHECK_INT(stored(&core).status, REQUEST_REJECTED);
        CHECK_TEXT(result.redirect_uri, "https://app.example.com/cb?error=access_denied"
                                        "&error_description=The%20user%20has%20refused."
                                        "&iss=https%3A%2F%2Fgrants.example.com");
}

TEST(a_damaged_request_or_project_is_a_fault)
{
        WITH_REQUEST(core, READ);

        core_update(&core, "UPDATE request SET scope = 'nonsense'");
        CHECK_ERR(approve(&core, READ, (struct consent_form){0}), ERR_INTERNAL);
        core_update(&core, "UPDATE request SET scope = 'read'");
        core_update(&core, "UPDATE project SET path_cipher = 9");
        CHECK_ERR(approve(&core, READ, (struct consent_form){0}), ERR_INTERNAL);
        core_update(&core, "UPDATE project SET path_cipher = 2, sealed_api_key = "
                           "substr(sealed_api_key, 1, length(sealed_api_key) - 1)");
        CHECK(error_is_fault(approve(&core, READ, (struct consent_form){0})));
        CHECK(error_is_fault(
                approve(&core, READ, (struct consent_form){.passphrase = PASSPHRASE})));
        CHECK_INT(stored(&core).status, REQUEST_PENDING);
}

TEST(a_grant_that_would_be_too_long_is_refused_with_and_without_its_key)
{
        struct slice items[16] = {SLICE("read")};
        struct texts scope = {.items = items, .n = ARRAY_SIZE(items)};
        CORE(core);

        for (size_t i = 1; i < scope.n; i++) {
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(200);

                buf_put_string(&text, "bucket:bucket");
                buf_put_int64(&text, (int64_t)i);
                buf_put_string(&text, ";prefix:");
                for (size_t k = 0; k < 100; k++)
                        buf_put_byte(&text, 'x');
                buf_put_byte(&text, '/');
                items[i] = arena_copy(&core.world.arena, buf_slice(&text));
        }
        CHECK_OK(core_request(&core, scope, &asked));
        CHECK_ERR(approve(&core, scope, (struct consent_form){0}), ERR_GRANT_TOO_LONG);
        CHECK_ERR(approve(&core, scope, (struct consent_form){.passphrase = PASSPHRASE}),
                  ERR_GRANT_TOO_LONG);
        CHECK_INT(stored(&core).status, REQUEST_PENDING);
        for (scope.n = 15; approve(&core, scope, (struct consent_form){0}) == ERR_GRANT_TOO_LONG;)
                scope.n--;
        CHECK(scope.n > 1);
        CHECK_INT(stored(&core).status, REQUEST_APPROVED);
}
