/* SPDX-License-Identifier: Apache-2.0
 *
 * What operators do on their page.
 */
#include "core/operations.h"

#include "base/macros.h"
#include "core/clients/client.h"
#include "core/clients/client_review.h"
#include "core/people/account.h"
#include "core/people/operator.h"

static enum err do_block(struct full_core *full)
{
        return DO(operator_disable_account, &ACCOUNT->id);
}

/* One that is not blocked. */
static enum err do_unblock(struct full_core *full)
{
        return DO(operator_enable_account, &ACCOUNT->id);
}

static enum err do_reset_factors(struct full_core *full)
{
        return DO(operator_reset_factors, &full->guarded.account.id);
}

static enum err do_mail_reset(struct full_core *full)
{
        return DO(operator_mail_reset, &ACCOUNT->id);
}

/* Of an application that awaits it. */
static enum err do_review(struct full_core *full)
{
        struct client_review review = {.client_row = CLIENT->id, .is_approved = true};
        const struct client_status_change wait = {
                .id = CLIENT->id, .status = CLIENT_WAITING, .by_operator = true};

        TRY(DO(store_client_set_status, &wait, &audit));
        TRY(client_revision(CLIENT, &review.revision));
        return DO(client_review, &review);
}

const struct operation operations_of_operators[] = {
        {"operator_disable_account", do_block, WRITES, ERR_OK, NULL},
        {"operator_enable_account", do_unblock, READS, ERR_OK, NULL},
        {"operator_reset_factors", do_reset_factors, WRITES, ERR_OK, NULL},
        {"operator_mail_reset", do_mail_reset, STEPS, ERR_OK, NULL},
        {"client_review", do_review, STEPS, ERR_OK, NULL},
        {0},
};
