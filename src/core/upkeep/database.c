/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows among the named values of the store.
 */
#include "core/upkeep/database.h"

#include "base/macros.h"
#include "core/policy.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/seal.h"

/* What is sealed under SEAL_KNOWN_NAME. */
#define KNOWN_VALUE SLICE("grantd")

#define NODE_ID     "node_id"
#define DEMO        "demo"

enum { CLOCK_SLACK = 1000 /* ms by which clocks may differ, whatever the leeway */ };

/* --- the key --- */

enum err database_is_new(struct op *op, bool *ret)
{
        static const struct uuid first;
        struct account_list accounts;
        struct slice sealed;
        enum err error = store_meta_get(op, SEAL_KNOWN_NAME, &sealed);

        *ret = false;
        if (error != ERR_NO_ROW)
                return error;
        TRY(store_account_list(op, &first, &accounts));
        *ret = accounts.n == 0;
        return ERR_OK;
}

static enum err known_open(struct op *op, struct slice sealed)
{
        struct secret value;

        return seal_open(op, SEAL_KNOWN_VALUE, &seal_no_row, sealed, &value);
}

enum err database_check_key(struct op *op)
{
        struct slice sealed;

        TRY(store_meta_get(op, SEAL_KNOWN_NAME, &sealed));
        return known_open(op, sealed);
}

enum err database_take_key(struct op *op)
{
        enum err error = database_check_key(op);
        struct slice sealed;

        if (error != ERR_NO_ROW)
                return error;
        TRY(seal_close(op, SEAL_KNOWN_VALUE, &seal_no_row, secret_copy(op->arena, KNOWN_VALUE),
                       &sealed));
        TRY(store_meta_put(op, &(struct named_value){SEAL_KNOWN_NAME, sealed}, &sealed));
        return known_open(op, sealed); /* another node may have been first */
}

/* --- the node id --- */

enum err database_check_clock(struct op *op)
{
        int64_t leeway = op->ports->policy->client_secret_leeway * 1000 / 2;
        int64_t slack = leeway > CLOCK_SLACK ? leeway : CLOCK_SLACK;
        struct instant before = op_time(op), now;

        TRY(store_ping(op, &now));
        return now.ms < before.ms - slack || now.ms > op_time(op).ms + slack ? ERR_CLOCK_OFF
                                                                             : ERR_OK;
}

enum err database_check_writable(struct op *op)
{
        struct store_state state;

        TRY(store_state(op, &state));
        return state.is_writable ? ERR_OK : ERR_DATABASE_READ_ONLY;
}

enum err database_node_id(struct op *op, struct slice *ret)
{
        const struct entropy_port *entropy = &op->ports->entropy;
        uint8_t id[DATABASE_NODE_ID_SIZE];

        entropy->fill(entropy->context, id, sizeof(id));
        id[sizeof(id) - 1] = 0; /* the version of the identity */
        return store_meta_put(op, &(struct named_value){NODE_ID, SLICE_ARRAY(id)}, ret);
}

/* --- the demo --- */

enum err database_mark_demo(struct op *op)
{
        struct slice kept;

        return store_meta_put(op, &(struct named_value){DEMO, SLICE("1")}, &kept);
}

enum err database_is_demo(struct op *op, bool *ret)
{
        struct slice mark;
        enum err error = store_meta_get(op, DEMO, &mark);

        *ret = error == ERR_OK;
        return error == ERR_NO_ROW ? ERR_OK : error;
}

/* --- recovery --- */

enum err database_merge_log(struct op *op, struct slice text, struct log_merged *ret)
{
        return store_log_merge(op, &text, ret);
}

enum err database_recover(struct op *op, struct recovered *ret)
{
        struct audit_entry audit = audit_entry_of(op, "store_recover", NULL, NULL, NULL);

        return store_recover(op, &audit, ret);
}
