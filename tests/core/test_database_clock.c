/* SPDX-License-Identifier: Apache-2.0
 *
 * A node whose clock differs from the database's.
 */
#include "core.h"
#include "core/upkeep/database.h"

/* With the node's clock so many seconds ahead of the database's. */
static enum err check_ahead(struct core *core, int64_t seconds)
{
        struct instant now;

        CHECK_OK(STORE(&core->world, ping, &now));
        core->now = instant_add_seconds(now, seconds);
        return database_check_clock(core_op(core));
}

TEST(clocks_may_differ_by_half_of_the_leeway)
{
        CORE(core);

        core.policy.client_secret_leeway = 60;
        CHECK_OK(check_ahead(&core, 0));
        CHECK_OK(check_ahead(&core, 20));
        CHECK_OK(check_ahead(&core, -20));
        CHECK_ERR(check_ahead(&core, 40), ERR_CLOCK_OFF);
        CHECK_ERR(check_ahead(&core, -50), ERR_CLOCK_OFF);
}

TEST(without_a_leeway_they_may_still_differ_by_a_little)
{
        CORE(core);

        core.policy.client_secret_leeway = 0;
        CHECK_OK(check_ahead(&core, 0));
        CHECK_ERR(check_ahead(&core, 10), ERR_CLOCK_OFF);
        CHECK_ERR(check_ahead(&core, -10), ERR_CLOCK_OFF);
}
