/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation of the core while the queues of derivations and passwords are full, or these
 * fail.
 */
#include "core/operations.h"

static struct ports working; /* the fixture's own */
static enum err failure;     /* of what fails */
static unsigned n_left;      /* derivations that still succeed */
static bool has_failed;

static bool fails(void)
{
        if (n_left-- != 0)
                return false;
        has_failed = true;
        return true;
}

/* Only derivations need a ticket. */
static enum err failing_reserve(void *context, const struct derivation_user *user,
                                struct derivation_ticket **ret_ticket)
{
        return failure == ERR_BUSY && fails() ? failure
                                              : working.root_key.reserve(context, user, ret_ticket);
}

static enum err failing_derive(void *context, struct derivation_ticket *ticket,
                               struct secret passphrase, struct slice salt,
                               struct crypto_key *ret_key)
{
        if (failure == ERR_BUSY || !fails())
                return working.root_key.derive(context, ticket, passphrase, salt, ret_key);
        working.root_key.release(context, ticket);
        return failure;
}

static enum err failing_hash(void *context, const struct password_user *user,
                             struct secret password, struct arena *arena, struct slice *ret_encoded)
{
        return fails() ? failure
                       : working.password.hash(context, user, password, arena, ret_encoded);
}

static enum err failing_verify(void *context, const struct password_user *user,
                               struct secret password, struct slice encoded)
{
        return fails() ? failure : working.password.verify(context, user, password, encoded);
}

static void keys_fail(struct full_core *full, unsigned at)
{
        struct ports *ports = &full->remote.core.ports;

        working = *ports;
        n_left = at - 1;
        has_failed = false;
        ports->root_key.reserve = failing_reserve;
        ports->root_key.derive = failing_derive;
        ports->password.hash = failing_hash;
        ports->password.verify = failing_verify;
}

static bool keys_work(struct full_core *full)
{
        full->remote.core.ports.root_key = working.root_key;
        full->remote.core.ports.password = working.password;
        return has_failed;
}

/* Two operations derive a key, and twenty-four hash or check a password. */
static void keys_try(enum err error)
{
        const struct trouble trouble = {keys_fail, keys_work, error, false};

        failure = error;
        CHECK_INT(operations_try(&trouble), 26);
}

TEST(a_full_queue_is_told_by_every_operation_and_leaves_no_half_of_it)
{
        keys_try(ERR_BUSY);
}

TEST(a_derivation_that_fails_is_told_by_every_operation_and_gives_its_place_back)
{
        keys_try(ERR_INTERNAL);
}
