/* SPDX-License-Identifier: Apache-2.0
 *
 * Recovery from a revocation log that does not tell everything.
 */
#include "copies.h"

TEST(a_missing_log_is_told_where_the_copy_knows_of_one)
{
        struct world world CLEANUP(world_end) = world_with_all();
        struct recovered recovered;
        char path[128];

        CHECK_OK(STORE(&world, recover, &audit, &recovered)); /* there never was one */
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
        CHECK_OK(STORE(&world, token_delete, id(&world, 50), &audit));
        CHECK_OK(STORE_AS(&world, id(&world, 1), after(9), grant_revoke, id(&world, 5030), &audit,
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
