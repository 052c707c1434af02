/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations of the core on rows that are damaged, or sealed with a lost key: it is reported, and
 * does not affect other rows.
 */
#include "core/grants/check.h"
#include "core/grants/connected.h"
#include "core/grants/delivery.h"
#include "core/grants/restricted_key.h"
#include "core/grants/tail.h"
#include "core/operations.h"
#include "core/upkeep/rekey.h"
#include "odd_keys.h"
#include "store/snapshot.h"

/* Puts a value into the row of that id. */
static void replace(struct full_core *full, const char *what, struct slice value,
                    const struct uuid *id)
{
        struct buf update CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        buf_put_string(&update, "UPDATE ");
        buf_put_string(&update, what);
        buf_put_string(&update, " = x'");
        hex_encode(&update, value);
        buf_put_string(&update, "' WHERE id = x'");
        hex_encode(&update, uuid_slice(id));
        buf_put_string(&update, "'");
        buf_put_byte(&update, 0);
        core_update(&full->remote.core, (const char *)update.data);
}

static struct grant_list grants_of(struct full_core *full)
{
        struct grant_list grants = {0};

        CHECK_OK(STORE_AS(&full->remote.core.world, &ACCOUNT->id, NOW, grant_list,
                          &(struct list_page){.limit = 9}, &grants));
        return grants;
}

/* Gives each of the account's grants the tail of another key. */
static void tails_forge(struct full_core *full)
{
        static const uint8_t zeros[AG_TAIL_SIZE];
        struct grant_list grants = grants_of(full);
        struct slice sealed;

        CHECK(grants.n > 0);
        for (size_t i = 0; i < grants.n; i++) {
                CHECK_OK(ASK(grant_tail_seal, &grants.items[i].id, SLICE_ARRAY(zeros), &sealed));
                replace(full, "access_grant SET sealed_tail", sealed, &grants.items[i].id);
        }
}

/* --- deliveries --- */

/* The result of the delivery that is due. */
static struct delivery delivered(struct full_core *full)
{
        struct grant_list grants;
        size_t n;

        CHECK_OK(ASK(delivery_run_due, &full->remote.desk, NULL, &n));
        CHECK_INT(n, 1);
        grants = grants_of(full);
        for (size_t i = 0; i < grants.n; i++)
                if (grants.items[i].delivery.exists)
                        return grants.items[i].delivery;
        fail();
        return (struct delivery){0};
}

static void check_failed(struct full_core *full, enum err problem)
{
        struct delivery delivery = delivered(full);

        CHECK_INT(delivery.state, DELIVERY_FAILED);
        CHECK_TEXT(delivery.problem, error_info(problem)->name);
        CHECK_INT(full->remote.satellite.n_revokes, 0);
}

TEST(a_revocation_whose_keys_cannot_be_had_has_failed_and_says_why)
{
        static const struct {
                const char *update;
                enum err problem;
        } cases[] = {
                {"UPDATE access_grant SET sealed_tail = x'00'", ERR_NOT_AUTHENTIC},
                {"UPDATE access_grant SET sealed_caveat = x'00'", ERR_NOT_AUTHENTIC},
                {"UPDATE project SET sealed_api_key = x'00'", ERR_NOT_AUTHENTIC},
                {"UPDATE project SET sealed_api_key = x''", ERR_NOT_FOUND},
        };
        FULL_CORE(full);

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                full_core_reset(full);
                core_update(&full->remote.core, cases[i].update);
                check_failed(full, cases[i].problem);
        }
}

TEST(a_revocation_of_a_key_that_is_not_the_grants_has_failed)
{
        FULL_CORE(full);

        tails_forge(full);
        check_failed(full, ERR_INTERNAL);
}

TEST(a_revocation_of_a_key_without_room_for_another_caveat_has_failed)
{
        FULL_CORE(full);
        const struct uuid *project = &full->imported.id;
        struct slice sealed;
        struct secret key;

        CHECK_OK(ASK(project_open_api_key, &full->imported, &key));
        for (int i = 0; i < AG_MAX_CAVEATS; i++)
                CHECK_OK(restricted_key_fresh(&PORTS->entropy, &full->arena, key, &key));
        CHECK_OK(seal_close(OP(PORTS, &full->arena, NULL, NULL), SEAL_API_KEY, project, key,
                            &sealed));
        replace(full, "project SET sealed_api_key", sealed, project);
        check_failed(full, ERR_API_KEY_FULL);
}

/* --- rekeying --- */

TEST(what_no_key_opens_is_counted_and_keeps_nothing_else_from_being_rekeyed)
{
        FULL_CORE(full);
        struct rekey_counts trial, counts;
        bool is_finished = false;

        CHECK_OK(rekey_try_all(OP(PORTS, NULL, NULL, NULL), NULL, &trial));
        CHECK_INT(trial.n_lost, 0);
        core_update(&full->remote.core,
                    "UPDATE project SET sealed_api_key = x'00'"); /* all of them */
        CHECK_OK(rekey_all(OP(PORTS, NULL, NULL, NULL), NULL, &counts));
        CHECK_INT(counts.n_lost, 5);
        CHECK_INT(counts.n, trial.n - 5);
        CHECK_OK(ASK(rekey_is_finished, &is_finished));
        CHECK(is_finished);
        CHECK_OK(rekey_try_all(OP(PORTS, NULL, NULL, NULL), NULL, &trial));
        CHECK_INT(trial.n_lost, 5);
        CHECK_INT(trial.n, counts.n);
}

TEST(without_the_known_value_no_change_of_the_key_is_finished)
{
        FULL_CORE(full);
        struct rekey_counts counts;
        bool is_finished;

        core_update(&full->remote.core, "UPDATE meta SET value = x'00'");
        CHECK_ERR(rekey_all(OP(PORTS, NULL, NULL, NULL), NULL, &counts), ERR_NOT_AUTHENTIC);
        CHECK_OK(ASK(rekey_is_finished, &is_finished));
        CHECK(!is_finished);
}

/* --- checks --- */

static enum err check_with(struct full_core *full, struct secret grant, struct grant_verdict *ret)
{
        struct grant_check_form form = {.access_grant = grant,
                                        .op = AG_OP_READ,
                                        .bucket = SLICE("photos"),
                                        .time.seconds = instant_seconds(full->now)};

        return ASK(grant_check, &form, ret);
}

TEST(a_grant_whose_record_cannot_be_opened_is_neither_good_nor_bad)
{
        FULL_CORE(full);
        struct grant_verdict verdict;

        core_update(&full->remote.core, "UPDATE access_grant SET sealed_tail = x'00'");
        CHECK_ERR(check_with(full, full->grant, &verdict), ERR_NOT_AUTHENTIC);
        CHECK_ERR(check_with(full, full->own_grant, &verdict), ERR_NOT_AUTHENTIC);
        core_update(&full->remote.core, "UPDATE project SET sealed_secret = x'00'");
        CHECK_ERR(check_with(full, full->grant, &verdict), ERR_NOT_AUTHENTIC);
}

TEST(a_grant_is_recorded_only_with_the_tail_that_it_has)
{
        FULL_CORE(full);
        struct grant_verdict verdict;

        tails_forge(full);
        CHECK_OK(check_with(full, full->grant, &verdict));
        CHECK_INT(verdict.reason, CHECK_NOT_RECORDED);
        CHECK_OK(check_with(full, full->own_grant, &verdict));
        CHECK_INT(verdict.reason, CHECK_NOT_RECORDED);
}

TEST(a_record_of_another_size_than_a_tails_is_none)
{
        FULL_CORE(full);
        struct grant_verdict verdict;
        struct slice sealed;

        CHECK_OK(ASK(grant_tail_seal, &full->own_id, SLICE("short"), &sealed));
        replace(full, "access_grant SET sealed_tail", sealed, &full->own_id);
        CHECK_OK(check_with(full, full->own_grant, &verdict));
        CHECK_INT(verdict.reason, CHECK_NOT_RECORDED);
}

/* The grant with an additional expiry. */
static struct secret ending(struct full_core *full, int64_t seconds)
{
        struct slice text = secret_reveal(full->own_grant);
        const struct ag_time end = {.seconds = seconds};
        const struct ag_restriction restriction = {
                .rights = AG_RIGHTS_ALL, .not_after = &end, .nonce = ag_bytes_new("nonce", 5)};
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        char *ret CLEANUP(ag_text_freep) = NULL;

        CHECK_INT(ag_grant_parse(ag_bytes_new(text.data, text.size), AG_STRICT, &grant), AG_OK);
        CHECK_INT(ag_grant_restrict(grant, &restriction, &narrow), AG_OK);
        CHECK_INT(ag_grant_text(narrow, &ret), AG_OK);
        return secret_copy(&full->arena, slice_from_string(ret));
}

TEST(an_end_that_no_answer_can_name_is_not_told)
{
        static const int64_t last = 253402300799; /* the last second of 9999 */
        FULL_CORE(full);
        struct grant_verdict verdict;

        CHECK_OK(check_with(full, ending(full, last), &verdict));
        CHECK_INT(verdict.reason, CHECK_GOOD);
        CHECK_INT(verdict.until.ms, last * 1000);
        CHECK_OK(check_with(full, ending(full, 0), &verdict));
        CHECK_INT(verdict.reason, CHECK_EXPIRED);
        CHECK_INT(verdict.until.ms, 0);
}

TEST(an_end_in_the_year_10000_is_none_and_the_grants_own_is_told)
{
        static const char year_10000[] = "\xa2\x01\x07\x08\x80\x83\xd1\xff\xaf\x07";
        FULL_CORE(full);
        struct grant_check_form form = {.op = AG_OP_READ, .bucket = SLICE("photos")};
        struct grant_verdict verdict;
        struct instant until;

        form.time.seconds = instant_seconds(full->now);
        form.api_key = full->grant_key;
        CHECK_OK(ASK(grant_check, &form, &verdict));
        until = verdict.until;
        CHECK(until.ms);
        form.api_key = odd_key(&full->arena, full->grant_key,
                               slice_new(year_10000, sizeof(year_10000) - 1));
        CHECK_OK(ASK(grant_check, &form, &verdict));
        CHECK_INT(verdict.reason, CHECK_GOOD);
        CHECK_INT(verdict.until.ms, until.ms);
}

TEST(a_grant_of_a_project_that_is_gone_is_revoked)
{
        FULL_CORE(full);
        struct grant_verdict verdict;

        CHECK_OK(DO(project_remove, &full->project.id));
        CHECK_OK(check_with(full, full->grant, &verdict));
        CHECK_INT(verdict.reason, CHECK_REVOKED);
}

/* --- scopes --- */

TEST(scopes_that_cannot_be_read_are_a_fault_wherever_they_are_kept)
{
        FULL_CORE(full);
        struct client_update_form form = {.name = SLICE("Renamed")};
        struct slice nonsense = SLICE("nonsense");
        struct permission permission = {.scope = nonsense};
        struct connection connection = {.permissions = &permission, .n_permissions = 1};
        struct client client = *CLIENT;
        struct texts texts;

        CHECK_ERR(connection_scopes(&full->arena, &connection, &texts), ERR_INTERNAL);
        client.scopes = nonsense;
        CHECK_ERR(DO(client_change, &client, &form, &client), ERR_INTERNAL);
}
