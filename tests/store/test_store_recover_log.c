/* SPDX-License-Identifier: Apache-2.0
 *
 * Recovery from a revocation log that is of an earlier version, or does not tell everything.
 */
#include "copies.h"

/* --- a log of an earlier version --- */

static void log_put(struct world *world, const char *text)
{
        char path[128];
        FILE *file = fopen(path_of(world, "revocations.log", &path), "w");

        CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

TEST(an_earlier_versions_disabled_account_keeps_its_applications)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;

        log_put(&world, "1 client 01900000-0000-0000-0000-000000000014 1767225609000\n"
                        "2 account 01900000-0000-0000-0000-000000000001 1767225609000\n");
        CHECK_OK(VERB(&world, recover, &audit, &recovered));
        check_done(&recovered, LOG_account_disabled, 1);
        CHECK_TEXT(client_now(&world).name, "Client");
}

TEST(an_earlier_versions_deleted_client_is_deleted)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;

        log_put(&world, "1 client 01900000-0000-0000-0000-000000000014 1767225609000\n");
        CHECK_OK(VERB(&world, recover, &audit, &recovered));
        check_done(&recovered, LOG_client, 1);
}

/* --- a log that does not tell everything --- */

TEST(a_missing_log_is_told_where_the_copy_knows_of_one)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;
        char path[128];

        CHECK_OK(VERB(&world, recover, &audit, &recovered)); /* there never was one */
        CHECK(recovered_is_whole(&recovered));
        copy_make(&world);
        CHECK_INT(unlink(path_of(&world, "revocations.log", &path)), 0);
        recovered = copy_put_back(&world);
        CHECK(recovered.log_is_missing);
        CHECK(!recovered_is_whole(&recovered));
}

TEST(the_rest_is_done_though_a_line_cannot_be_read)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;
        struct grant grant;
        char path[128];
        FILE *file;

        copy_make(&world);
        CHECK_OK(VERB(&world, token_delete, id(&world, 50), &audit));
        CHECK_OK(VERB_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
                         &grant));
        file = fopen(path_of(&world, "revocations.log", &path), "r+");
        CHECK(file && fputs("v2 9", file) >= 0 && fclose(file) == 0);
        recovered = copy_put_back(&world);
        CHECK_INT(recovered.n_unreadable, 1);
        CHECK_INT(recovered.n_lost, 1);
        CHECK(!recovered_is_whole(&recovered));
        CHECK_INT(recovered.n_done[LOG_grant], 1);
        CHECK_INT(recovered.n_done[LOG_token], 0);
}
