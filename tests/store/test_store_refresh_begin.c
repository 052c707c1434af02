/* SPDX-License-Identifier: Apache-2.0
 *
 * How families of refresh tokens begin, with the exchange of a code; with several at a time:
 * test_store_claim_set.c.
 */
#include "refreshes.h"
#include "snapshot.h"

static int64_t n_families(struct world *world)
{
        return snapshot_count(world, "refresh_token");
}

TEST(a_family_begins_with_a_grant_that_is_issued_later)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request code = code_new(&world, 30);
        struct refresh_issue first = issue_of(30, 0);
        struct claim claim = claim_of(&code, 1);
        struct issued_grant issued = {.grant_id = id_of(5001),
                                      .attempt = id_of(1),
                                      .key.sealed_tail = tail,
                                      .authorization_no = code.no,
                                      .refresh = &first};
        struct grant grant;

        CHECK_OK(CLAIM(&world, &claim, &grant));
        CHECK_INT(n_families(&world), 0);
        for (int i = 0; i < 2; i++)
                CHECK_OK(STORE_AS(&world, NULL, after(4), grant_issued, &issued));
        CHECK_INT(n_families(&world), 1);
        CHECK_OK(use(&world, &code, 2, 0));
}
